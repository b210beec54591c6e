import { choleskyFactor, choleskySolve } from '../linalg/cholesky.ts';
import { turned } from '../linalg/rotation.ts';
import { applySimilarity, type Similarity } from '../linalg/similarity.ts';
import { closestPoint, type TriangleTree, triangleTree } from '../mesh/closest-point.ts';
import { vertexNormals } from '../mesh/normals.ts';
import { normalAt, type Surface } from './surface-distance.ts';

/** How to align. */
export interface IcpOptions {
  /** Where to start. Default: the points as they are. */
  readonly start?: Similarity;
  /** Whether the points may be scaled. Default false: a rigid motion. */
  readonly scale?: boolean;
  /** Points of weight zero take no part, `[N]`. */
  readonly weights?: ArrayLike<number>;
  /** Pairs farther apart than this many times the median distance are not believed. Default 4. */
  readonly trim?: number;
  /** Iterations at most. Default 50. */
  readonly iterations?: number;
  /** The tree of the target, when it exists already. */
  readonly tree?: TriangleTree;
}

/** What alignment finds. */
export interface IcpResult {
  /** From the points to the target. */
  readonly transform: Similarity;
  /** The points moved, `[N, 3]`. */
  readonly moved: Float64Array;
  /** Root mean square of the last point-to-plane residuals of believed pairs, millimetres. */
  readonly residual: number;
  readonly iterations: number;
}

export const IDENTITY_SIMILARITY: Similarity = {
  scale: 1,
  rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  translation: [0, 0, 0],
};

/**
 * Moves points onto a surface: iterative closest point with the point-to-plane error (Chen and Medioni 1992), small
 * rotations linearised, damped Gauss-Newton steps.
 *
 * It finds the nearest minimum only; start from landmarks (`fitSimilarity`) when the two are far apart.
 *
 * @param points `[N, 3]`, millimetres.
 * @param target The surface.
 */
export function icp(points: ArrayLike<number>, target: Surface, options: IcpOptions = {}): IcpResult {
  const { scale = false, weights, trim = 4, iterations = 50 } = options;
  const tree = options.tree ?? triangleTree(target.vertices, target.triangles);
  const normals = vertexNormals(target.vertices, target.triangles);
  let transform = options.start ?? IDENTITY_SIMILARITY;
  let residual = Number.POSITIVE_INFINITY;
  let iteration = 0;
  for (; iteration < iterations; iteration++) {
    const moved = applySimilarity(transform, points);
    const pairs = findPairs(moved, target, tree, normals, weights, trim);
    residual = Math.sqrt(pairs.reduce((sum, pair) => sum + pair.error ** 2, 0) / Math.max(pairs.length, 1));
    const step = solveStep(moved, pairs, scale);
    transform = compose(step, transform);
    if (isStill(step)) break;
  }
  return { transform, moved: applySimilarity(transform, points), residual, iterations: iteration };
}

interface Pair {
  /** Index of the point. */
  readonly point: number;
  readonly normal: readonly [number, number, number];
  /** Signed distance along the normal, millimetres. */
  readonly error: number;
  readonly weight: number;
}

function findPairs(
  moved: Float64Array,
  target: Surface,
  tree: TriangleTree,
  normals: Float32Array,
  weights: ArrayLike<number> | undefined,
  trim: number,
): Pair[] {
  const pairs: (Pair & { readonly distance: number })[] = [];
  for (let i = 0; i < moved.length / 3; i++) {
    const weight = weights ? weights[i] : 1;
    if (!(weight > 0)) continue;
    const [x, y, z] = [moved[3 * i], moved[3 * i + 1], moved[3 * i + 2]];
    const nearest = closestPoint(tree, x, y, z);
    if (!nearest) continue;
    const normal = normalAt(normals, target.triangles, nearest.triangle, nearest.barycentrics);
    const [px, py, pz] = nearest.position;
    const error = (x - px) * normal[0] + (y - py) * normal[1] + (z - pz) * normal[2];
    pairs.push({ point: i, normal, error, weight, distance: Math.sqrt(nearest.squaredDistance) });
  }
  const sorted = Float64Array.from(pairs, (pair) => pair.distance).sort();
  const limit = trim * sorted[sorted.length >> 1] + 1e-9;
  return pairs.filter((pair) => pair.distance <= limit);
}

/** One Gauss-Newton step in rotation, translation and (when free) the logarithm of the scale. */
function solveStep(moved: Float64Array, pairs: readonly Pair[], scale: boolean): Similarity {
  const unknowns = scale ? 7 : 6;
  const center = [0, 0, 0];
  for (const { point } of pairs) {
    for (let axis = 0; axis < 3; axis++) center[axis] += moved[3 * point + axis] / pairs.length;
  }
  const matrix = new Float64Array(unknowns * unknowns);
  const right = new Float64Array(unknowns);
  const row = new Float64Array(7);
  for (const { point, normal, error, weight } of pairs) {
    const [x, y, z] = [0, 1, 2].map((axis) => moved[3 * point + axis] - center[axis]);
    const [nx, ny, nz] = normal;
    row.set([y * nz - z * ny, z * nx - x * nz, x * ny - y * nx, nx, ny, nz, x * nx + y * ny + z * nz]);
    for (let i = 0; i < unknowns; i++) {
      right[i] -= weight * row[i] * error;
      for (let j = 0; j <= i; j++) matrix[i * unknowns + j] += weight * row[i] * row[j];
    }
  }
  // A sphere slides in itself: motions that change nothing are left at zero instead of blowing up.
  for (let i = 0; i < unknowns; i++) matrix[i * unknowns + i] += 1e-9 * matrix[i * unknowns + i] + 1e-9;
  choleskyFactor(matrix, unknowns);
  choleskySolve(matrix, unknowns, right);
  return aboutCenter(right, center, scale ? Math.exp(right[6]) : 1);
}

/** A turn by the vector w about a centre (Rodrigues), a growth, and a shift. */
function aboutCenter(step: Float64Array, center: readonly number[], scale: number): Similarity {
  const rotation = turned([1, 0, 0, 0, 1, 0, 0, 0, 1], step);
  const shift = (axis: number): number => {
    let moved = 0;
    for (let j = 0; j < 3; j++) moved += rotation[3 * axis + j] * center[j];
    return center[axis] + step[3 + axis] - scale * moved;
  };
  return { scale, rotation, translation: [shift(0), shift(1), shift(2)] };
}

/** First `inner`, then `outer`. */
function compose(outer: Similarity, inner: Similarity): Similarity {
  const [a, b] = [outer.rotation, inner.rotation];
  const rotation = Array.from({ length: 9 }, (_, i) => {
    const [r, c] = [3 * Math.floor(i / 3), i % 3];
    return a[r] * b[c] + a[r + 1] * b[3 + c] + a[r + 2] * b[6 + c];
  });
  const [x, y, z] = applySimilarity(outer, inner.translation);
  return { scale: outer.scale * inner.scale, rotation, translation: [x, y, z] };
}

function isStill({ scale, rotation, translation }: Similarity): boolean {
  const turn = Math.abs(rotation[1]) + Math.abs(rotation[2]) + Math.abs(rotation[5]);
  return turn < 1e-7 && Math.abs(scale - 1) < 1e-7 && Math.hypot(...translation) < 1e-5;
}
