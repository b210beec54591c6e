import type { Raster } from '../mesh/rasterize.ts';

/**
 * Neighbouring pixels between which a silhouette edge passes (Laine et al. 2020, section 3.6). Rows beyond `count` are zero,
 * so that a graph of fixed size takes them; a pair whose two pixels are the same says nothing.
 */
export interface SilhouettePairs {
  readonly count: number;
  /** Pixel that sees the surface which ends between the two, index into `[H * W]`. */
  readonly near: Int32Array;
  /** Pixel beside or above or below it that sees what lies behind. */
  readonly far: Int32Array;
  /** First vertex of the silhouette edge. */
  readonly start: Int32Array;
  /** Its other vertex. */
  readonly end: Int32Array;
}

/**
 * Finds for each triangle the ones across its edges.
 *
 * @param triangles `[T, 3]`.
 * @returns `[T, 3]`: the triangle across the edge opposite to corner k, -1 at the border of the surface.
 */
export function triangleNeighbors(triangles: Uint32Array): Int32Array {
  const neighbors = new Int32Array(triangles.length).fill(-1);
  const open = new Map<number, number>();
  for (let i = 0; i < triangles.length; i++) {
    const first = i - (i % 3);
    const a = triangles[first + ((i + 1) % 3)];
    const b = triangles[first + ((i + 2) % 3)];
    // Neighbours run along a common edge in opposite directions. 2^26 vertices keep the key exact.
    const twin = open.get(b * 2 ** 26 + a);
    if (twin === undefined) {
      open.set(a * 2 ** 26 + b, i);
    } else {
      neighbors[i] = Math.floor(twin / 3);
      neighbors[twin] = Math.floor(i / 3);
    }
  }
  return neighbors;
}

/** Gives how many pairs a graph for pictures of this size should take. */
export function silhouetteCapacity(width: number, height: number): number {
  return 8 * (width + height);
}

/**
 * Finds the pixel pairs that silhouette edges separate.
 *
 * Edges between a front-facing triangle and a back-facing one, or none, are followed over the pixel grid. An edge counts
 * between two pixels if the surface it borders is what the pixel on its inner side sees (found by walking there over the
 * surface) and if the pixel on its outer side sees something farther away. Hence edges of triangles too small to be seen at
 * any pixel centre count as well.
 *
 * @param raster What `rasterize` found.
 * @param vertices The homogeneous pixels it was given, `[V, 3]`.
 * @param triangles The triangles it was given, `[T, 3]`.
 * @param neighbors As `triangleNeighbors` gives them.
 * @param capacity Length of the lists. Pairs that do not fit are left out.
 */
export function findSilhouettes(
  raster: Raster,
  vertices: Float32Array,
  triangles: Uint32Array,
  neighbors: Int32Array,
  capacity: number = silhouetteCapacity(raster.width, raster.height),
): SilhouettePairs {
  const surface = screenSurface(vertices, triangles, neighbors);
  const [near, far, start, end] = [0, 1, 2, 3].map(() => new Int32Array(capacity));
  let count = 0;
  for (let i = 0; i < triangles.length; i++) {
    const triangle = Math.floor(i / 3);
    if (!surface.front[triangle] || (neighbors[i] >= 0 && surface.front[neighbors[i]])) continue;
    const a = triangles[triangle * 3 + ((i + 1) % 3)];
    const b = triangles[triangle * 3 + ((i + 2) % 3)];
    forEachCrossing(surface, raster, a, b, (inner, outer, x, y, inverseDepth) => {
      if (count === capacity || raster.inverseDepth[outer] >= inverseDepth) return;
      if (!bordersPixel(surface, raster, i, inner, x, y)) return;
      near[count] = inner;
      far[count] = outer;
      start[count] = a;
      end[count] = b;
      count++;
    });
  }
  return { count, near, far, start, end };
}

/** Projected vertices with the facing of each triangle. */
interface ScreenSurface {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** One over depth. */
  readonly q: Float64Array;
  readonly front: Uint8Array;
  readonly triangles: Uint32Array;
  readonly neighbors: Int32Array;
}

function screenSurface(vertices: Float32Array, triangles: Uint32Array, neighbors: Int32Array): ScreenSurface {
  const count = vertices.length / 3;
  const [x, y, q] = [0, 1, 2].map(() => new Float64Array(count));
  for (let v = 0; v < count; v++) {
    const w = vertices[v * 3 + 2];
    q[v] = w >= 1 ? 1 / w : Number.NaN;
    x[v] = vertices[v * 3] * q[v];
    y[v] = vertices[v * 3 + 1] * q[v];
  }
  const front = new Uint8Array(triangles.length / 3);
  for (let t = 0; t < front.length; t++) {
    const [a, b, c] = [triangles[t * 3], triangles[t * 3 + 1], triangles[t * 3 + 2]];
    // Counter-clockwise seen from the front is clockwise with rows running down. Comparisons with NaN are false.
    front[t] = (x[c] - x[a]) * (y[b] - y[a]) - (x[b] - x[a]) * (y[c] - y[a]) > 0 ? 1 : 0;
  }
  return { x, y, q, front, triangles, neighbors };
}

/** Visits the places where an edge passes between two pixel centres of a row, if steep, or of a column, if flat. */
function forEachCrossing(
  { x, y, q }: ScreenSurface,
  { width, height }: Raster,
  a: number,
  b: number,
  visit: (inner: number, outer: number, x: number, y: number, inverseDepth: number) => void,
): void {
  const [dx, dy] = [x[b] - x[a], y[b] - y[a]];
  // A steep edge separates neighbours of a row, a flat one of a column; both at once would blend a corner twice.
  if (Math.abs(dy) >= Math.abs(dx)) {
    const top = Math.max(0, Math.ceil(Math.min(y[a], y[b]) - 0.5));
    const bottom = Math.min(height - 1, Math.ceil(Math.max(y[a], y[b]) - 0.5) - 1);
    for (let row = top; row <= bottom; row++) {
      const s = (row + 0.5 - y[a]) / dy;
      const cx = x[a] + s * dx;
      const left = Math.floor(cx - 0.5);
      if (left < 0 || left + 1 >= width) continue;
      const pixel = row * width + left;
      // The edge function grows to the right where the edge runs down: there the inner side is the right one.
      const [inner, outer] = dy > 0 ? [pixel + 1, pixel] : [pixel, pixel + 1];
      visit(inner, outer, cx, row + 0.5, q[a] + s * (q[b] - q[a]));
    }
    return;
  }
  const first = Math.max(0, Math.ceil(Math.min(x[a], x[b]) - 0.5));
  const last = Math.min(width - 1, Math.ceil(Math.max(x[a], x[b]) - 0.5) - 1);
  for (let column = first; column <= last; column++) {
    const s = (column + 0.5 - x[a]) / dx;
    const cy = y[a] + s * dy;
    const above = Math.floor(cy - 0.5);
    if (above < 0 || above + 1 >= height) continue;
    const pixel = above * width + column;
    const [inner, outer] = dx < 0 ? [pixel + width, pixel] : [pixel, pixel + width];
    visit(inner, outer, column + 0.5, cy, q[a] + s * (q[b] - q[a]));
  }
}

/** Walks over front-facing triangles from a point on a silhouette edge to a pixel centre; tells if what is there is seen. */
function bordersPixel(
  surface: ScreenSurface,
  raster: Raster,
  edge: number,
  pixel: number,
  fromX: number,
  fromY: number,
): boolean {
  const { x, y, q, front, triangles, neighbors } = surface;
  const px = (pixel % raster.width) + 0.5;
  const py = Math.floor(pixel / raster.width) + 0.5;
  let entry = edge;
  // Within one pixel lie few triangles; the bound only stops a walk around a degenerate fan.
  for (let step = 0; step < 64; step++) {
    const first = entry - (entry % 3);
    let exit = -1;
    let nearest = Number.POSITIVE_INFINITY;
    let area = 0;
    let depth = 0;
    for (let k = 0; k < 3; k++) {
      const a = triangles[first + ((k + 1) % 3)];
      const b = triangles[first + ((k + 2) % 3)];
      const inside = (px - x[a]) * (y[b] - y[a]) + (py - y[a]) * (x[a] - x[b]);
      area += inside;
      depth += inside * q[triangles[first + k]];
      if (first + k === entry || inside >= 0) continue;
      const before = (fromX - x[a]) * (y[b] - y[a]) + (fromY - y[a]) * (x[a] - x[b]);
      const crossing = before / (before - inside);
      if (crossing < nearest) {
        nearest = crossing;
        exit = first + k;
      }
    }
    if (exit < 0)
      return Math.abs(depth / area - raster.inverseDepth[pixel]) < 2e-3 * raster.inverseDepth[pixel];
    const next = neighbors[exit];
    if (next < 0 || !front[next]) return false;
    entry =
      next * 3 +
      oppositeCorner(
        triangles,
        next,
        triangles[first + (((exit % 3) + 1) % 3)],
        triangles[first + (((exit % 3) + 2) % 3)],
      );
  }
  return false;
}

/** The corner of a triangle that is neither of two of its vertices. */
function oppositeCorner(triangles: Uint32Array, triangle: number, a: number, b: number): number {
  for (let k = 0; k < 2; k++) {
    const v = triangles[triangle * 3 + k];
    if (v !== a && v !== b) return k;
  }
  return 2;
}
