/** What a surface needs to be laid out in UV: a `ShapePart` is one. */
export interface UvSurface {
  /** Vertex indices, `[T, 3]`. */
  readonly triangles: Uint32Array;
  /** `[U, 2]`, origin top left, in [0, 1]. */
  readonly uv: Float32Array;
  /** Indices into `uv`, `[T, 3]`. */
  readonly uvTriangles: Uint32Array;
}

/** Which surface point lies under each texel; only covered texels are listed. */
export interface TexelMap {
  /** Texels across and down, S. */
  readonly size: number;
  /** Number of covered texels, N. */
  readonly count: number;
  /** Position of each covered texel, `row * S + column`, ascending, `[N]`. */
  readonly texels: Uint32Array;
  /** Its triangle, `[N]`. */
  readonly triangles: Uint32Array;
  /** Barycentric weights of the texel centre, `[N, 3]`; rows sum to one. */
  readonly barycentrics: Float32Array;
  /** For every texel of the square its place in the list, or -1, `[S, S]`. */
  readonly entries: Int32Array;
}

// The layout depends on nothing but topology, UV and size, and every photo of a batch asks for the same one.
const cache = new WeakMap<Uint32Array, Map<number, TexelMap>>();

/**
 * Lays a surface out over its atlas: for every texel centre the triangle that covers it and where in it.
 *
 * Kept per surface and size. Where two triangles share an edge the earlier one owns the texel.
 *
 * @param surface Triangles and their UV.
 * @param size Texels across and down, S.
 */
export function mapTexels(surface: UvSurface, size: number): TexelMap {
  let sizes = cache.get(surface.uvTriangles);
  if (!sizes) {
    sizes = new Map();
    cache.set(surface.uvTriangles, sizes);
  }
  let map = sizes.get(size);
  if (!map) {
    map = layOut(surface, size);
    sizes.set(size, map);
  }
  return map;
}

function layOut({ uv, uvTriangles }: UvSurface, size: number): TexelMap {
  const owners = new Int32Array(size * size).fill(-1);
  // Rounding must not open cracks between neighbours.
  const tolerance = -1e-4;
  const corners = new Float64Array(6);
  for (let t = 0; t < uvTriangles.length / 3; t++) {
    readCorners(uv, uvTriangles, t, size, corners);
    const x0 = corners[0];
    const y0 = corners[1];
    const x1 = corners[2];
    const y1 = corners[3];
    const x2 = corners[4];
    const y2 = corners[5];
    const area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
    if (area === 0) continue;
    const left = Math.max(0, Math.floor(Math.min(x0, x1, x2) - 0.5));
    const right = Math.min(size - 1, Math.max(x0, x1, x2));
    const bottom = Math.min(size - 1, Math.max(y0, y1, y2));
    for (let row = Math.max(0, Math.floor(Math.min(y0, y1, y2) - 0.5)); row <= bottom; row++) {
      const y = row + 0.5 - y0;
      for (let column = left; column <= right; column++) {
        if (owners[row * size + column] >= 0) continue;
        const x = column + 0.5 - x0;
        const b = (x * (y2 - y0) - (x2 - x0) * y) / area;
        const c = ((x1 - x0) * y - x * (y1 - y0)) / area;
        if (1 - b - c >= tolerance && b >= tolerance && c >= tolerance) owners[row * size + column] = t;
      }
    }
  }
  let count = 0;
  for (let texel = 0; texel < owners.length; texel++) if (owners[texel] >= 0) count++;
  const texels = new Uint32Array(count);
  const triangles = new Uint32Array(count);
  const barycentrics = new Float32Array(3 * count);
  const entries = new Int32Array(size * size).fill(-1);
  let entry = 0;
  for (let texel = 0; texel < owners.length; texel++) {
    const t = owners[texel];
    if (t < 0) continue;
    readCorners(uv, uvTriangles, t, size, corners);
    const x0 = corners[0];
    const y0 = corners[1];
    const x1 = corners[2];
    const y1 = corners[3];
    const x2 = corners[4];
    const y2 = corners[5];
    const area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
    const x = (texel % size) + 0.5 - x0;
    const y = Math.floor(texel / size) + 0.5 - y0;
    const b = (x * (y2 - y0) - (x2 - x0) * y) / area;
    const c = ((x1 - x0) * y - x * (y1 - y0)) / area;
    barycentrics[3 * entry] = 1 - b - c;
    barycentrics[3 * entry + 1] = b;
    barycentrics[3 * entry + 2] = c;
    texels[entry] = texel;
    triangles[entry] = t;
    entries[texel] = entry++;
  }
  return { size, count, texels, triangles, barycentrics, entries };
}

/** Writes the places of a triangle's corners, in texels: x and y of each. */
function readCorners(
  uv: Float32Array,
  uvTriangles: Uint32Array,
  t: number,
  size: number,
  out: Float64Array,
): void {
  for (let k = 0; k < 3; k++) {
    const corner = 2 * uvTriangles[3 * t + k];
    out[2 * k] = uv[corner] * size;
    out[2 * k + 1] = uv[corner + 1] * size;
  }
}

/**
 * Interpolates values of vertices at the covered texels.
 *
 * @param map The layout, N texels.
 * @param triangles Vertex indices of the surface, `[T, 3]`.
 * @param values Per vertex, `[V, K]`.
 * @param channels K.
 * @returns `[N, K]`.
 */
export function texelsFromVertices(
  map: TexelMap,
  triangles: Uint32Array,
  values: ArrayLike<number>,
  channels: number,
): Float32Array {
  const result = new Float32Array(map.count * channels);
  for (let n = 0; n < map.count; n++) {
    const t = 3 * map.triangles[n];
    const a = map.barycentrics[3 * n];
    const b = map.barycentrics[3 * n + 1];
    const c = map.barycentrics[3 * n + 2];
    const i = channels * triangles[t];
    const j = channels * triangles[t + 1];
    const k = channels * triangles[t + 2];
    for (let channel = 0; channel < channels; channel++) {
      result[n * channels + channel] =
        a * values[i + channel] + b * values[j + channel] + c * values[k + channel];
    }
  }
  return result;
}

/**
 * Averages values of texels into the vertices around them: the adjoint of `texelsFromVertices`, divided by its weights.
 *
 * @param map The layout, N texels.
 * @param triangles Vertex indices of the surface, `[T, 3]`.
 * @param values Per covered texel, `[N, K]`.
 * @param weights Per covered texel, `[N]`, not negative.
 * @param vertexCount V.
 * @param channels K.
 * @returns The weighted mean per vertex, `[V, K]` (zero where nothing came), and the summed weight, `[V]`.
 */
export function verticesFromTexels(
  map: TexelMap,
  triangles: Uint32Array,
  values: Float32Array,
  weights: Float32Array,
  vertexCount: number,
  channels: number,
): { values: Float32Array; weights: Float32Array } {
  const sums = new Float64Array(vertexCount * channels);
  const totals = new Float32Array(vertexCount);
  for (let n = 0; n < map.count; n++) {
    if (weights[n] === 0) continue;
    for (let corner = 0; corner < 3; corner++) {
      const vertex = triangles[3 * map.triangles[n] + corner];
      const weight = weights[n] * map.barycentrics[3 * n + corner];
      if (weight <= 0) continue;
      totals[vertex] += weight;
      for (let channel = 0; channel < channels; channel++) {
        sums[vertex * channels + channel] += weight * values[n * channels + channel];
      }
    }
  }
  const means = new Float32Array(vertexCount * channels);
  for (let v = 0; v < vertexCount; v++) {
    if (totals[v] === 0) continue;
    for (let channel = 0; channel < channels; channel++) {
      means[v * channels + channel] = sums[v * channels + channel] / totals[v];
    }
  }
  return { values: means, weights: totals };
}
