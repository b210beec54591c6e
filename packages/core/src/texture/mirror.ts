import type { ShapeModel } from '../shape/model.ts';
import { mapTexels } from './texels.ts';

const cache = new WeakMap<Float32Array, Map<number, Float32Array>>();

/**
 * Finds for every texel of the skin the place in the atlas that shows the mirrored point of the face.
 *
 * Points are mirrored at the plane x = 0 of the mean head, through the vertices' mirror images; triangles whose mirror
 * image is cut along the other diagonal are searched among their neighbours.
 *
 * @param model The skin's mean must be mirror-symmetric to about a millimetre.
 * @param size S, texels across and down.
 * @returns For the N covered texels of `mapTexels(model.parts[0], size)` the mirrored place in texels, `[N, 2]`
 *   (centres at + 0.5); NaN where there is none.
 */
export function mirrorTexels(model: ShapeModel, size: number): Float32Array {
  let sizes = cache.get(model.mean);
  if (!sizes) {
    sizes = new Map();
    cache.set(model.mean, sizes);
  }
  let places = sizes.get(size);
  if (!places) {
    places = findPlaces(model, size);
    sizes.set(size, places);
  }
  return places;
}

function findPlaces(model: ShapeModel, size: number): Float32Array {
  const { triangles, uv, uvTriangles, vertexCount } = model.parts[0];
  const { mean } = model;
  const partners = mirroredVertices(model);
  const around = trianglesAround(triangles, vertexCount);
  const candidates = Array.from({ length: triangles.length / 3 }, (_, t) =>
    mirroredTriangles(t, triangles, partners, around),
  );
  const map = mapTexels(model.parts[0], size);
  const places = new Float32Array(2 * map.count).fill(Number.NaN);
  const point = new Float64Array(3);
  const trial = new Float64Array(3);
  const weights = new Float64Array(3);
  for (let n = 0; n < map.count; n++) {
    point.fill(0);
    for (let corner = 0; corner < 3; corner++) {
      const vertex = 3 * triangles[3 * map.triangles[n] + corner];
      for (let axis = 0; axis < 3; axis++) {
        point[axis] += map.barycentrics[3 * n + corner] * mean[vertex + axis];
      }
    }
    point[0] = -point[0];
    let best = -1;
    let bestOutside = Infinity;
    const list = candidates[map.triangles[n]];
    for (let i = 0; i < list.length; i++) {
      readBarycentrics(point, mean, triangles, list[i], trial);
      const outside = -Math.min(trial[0], trial[1], trial[2]);
      if (outside >= bestOutside) continue;
      best = list[i];
      bestOutside = outside;
      weights.set(trial);
      if (outside <= 1e-4) break;
    }
    if (best < 0 || bestOutside > 0.5) continue;
    for (let axis = 0; axis < 2; axis++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) sum += weights[k] * uv[2 * uvTriangles[3 * best + k] + axis];
      places[2 * n + axis] = sum * size;
    }
  }
  return places;
}

const partnerCache = new WeakMap<Float32Array, Int32Array>();

/** The vertex of the skin nearest to each one's mirror image, `[S]`, -1 where none lies within two millimetres. */
export function mirroredVertices(model: ShapeModel): Int32Array {
  let partners = partnerCache.get(model.mean);
  if (!partners) {
    partners = mirrorVertices(model.mean, model.parts[0].vertexCount);
    partnerCache.set(model.mean, partners);
  }
  return partners;
}

function mirrorVertices(mean: Float32Array, count: number): Int32Array {
  const cell = 4;
  // Cells of a head lie within some hundred of its middle.
  const key = (x: number, y: number, z: number): number =>
    ((x + 2 ** 15) * 2 ** 16 + (y + 2 ** 15)) * 2 ** 16 + (z + 2 ** 15);
  const cells = new Map<number, number[]>();
  const cellOf = (value: number): number => Math.floor(value / cell);
  for (let v = 0; v < count; v++) {
    const k = key(cellOf(mean[3 * v]), cellOf(mean[3 * v + 1]), cellOf(mean[3 * v + 2]));
    const list = cells.get(k);
    if (list) list.push(v);
    else cells.set(k, [v]);
  }
  return Int32Array.from({ length: count }, (_, v) => {
    const x = -mean[3 * v];
    const y = mean[3 * v + 1];
    const z = mean[3 * v + 2];
    let best = -1;
    let bestDistance = 4;
    for (let i = -1; i <= 1; i++) {
      for (let j = -1; j <= 1; j++) {
        for (let k = -1; k <= 1; k++) {
          const list = cells.get(key(cellOf(x) + i, cellOf(y) + j, cellOf(z) + k));
          for (let n = 0; list && n < list.length; n++) {
            const w = list[n];
            const distance = (mean[3 * w] - x) ** 2 + (mean[3 * w + 1] - y) ** 2 + (mean[3 * w + 2] - z) ** 2;
            if (distance >= bestDistance) continue;
            best = w;
            bestDistance = distance;
          }
        }
      }
    }
    return best;
  });
}

function trianglesAround(triangles: Uint32Array, vertexCount: number): readonly number[][] {
  const around: number[][] = Array.from({ length: vertexCount }, () => []);
  for (let i = 0; i < triangles.length; i++) around[triangles[i]].push(Math.floor(i / 3));
  return around;
}

/** The triangle of the three mirrored corners alone where it exists, else all around them. */
function mirroredTriangles(
  t: number,
  triangles: Uint32Array,
  partners: Int32Array,
  around: readonly number[][],
): readonly number[] {
  const corners = [0, 1, 2].map((k) => partners[triangles[3 * t + k]]).filter((v) => v >= 0);
  const all = corners.flatMap((v) => around[v]);
  const exact = all.find((candidate) =>
    corners.every((v) => [0, 1, 2].some((k) => triangles[3 * candidate + k] === v)),
  );
  return corners.length === 3 && exact !== undefined ? [exact] : [...new Set(all)];
}

/** Writes the barycentrics of a point's projection on a triangle's plane; -1 for a triangle without area. */
function readBarycentrics(
  point: Float64Array,
  vertices: Float32Array,
  triangles: Uint32Array,
  t: number,
  out: Float64Array,
): void {
  const a = 3 * triangles[3 * t];
  const b = 3 * triangles[3 * t + 1];
  const c = 3 * triangles[3 * t + 2];
  let uu = 0;
  let uv = 0;
  let vv = 0;
  let pu = 0;
  let pv = 0;
  for (let axis = 0; axis < 3; axis++) {
    const u = vertices[b + axis] - vertices[a + axis];
    const v = vertices[c + axis] - vertices[a + axis];
    const p = point[axis] - vertices[a + axis];
    uu += u * u;
    uv += u * v;
    vv += v * v;
    pu += p * u;
    pv += p * v;
  }
  const determinant = uu * vv - uv * uv;
  out.fill(-1);
  if (determinant <= 0) return;
  out[1] = (pu * vv - pv * uv) / determinant;
  out[2] = (pv * uu - pu * uv) / determinant;
  out[0] = 1 - out[1] - out[2];
}
