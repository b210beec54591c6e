import { GanfitError } from '../error.ts';
import { closestPoint, type TriangleTree, triangleTree } from '../mesh/closest-point.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { vertexNormals } from '../mesh/normals.ts';

/** A surface without UV: any mesh, or one part of a shape model. */
export type Surface = Pick<Mesh, 'vertices' | 'triangles'>;

/** How far points lie from a surface, millimetres. */
export interface SurfaceDistance {
  /** Number of points measured. */
  readonly count: number;
  /** Root mean square. */
  readonly rms: number;
  readonly mean: number;
  readonly median: number;
  /** 95 % of the points lie nearer. */
  readonly p95: number;
  readonly max: number;
  /** Absolute distance of each point, `[N]`, NaN where it was left out. */
  readonly distances: Float32Array;
}

/** How to measure. */
export interface SurfaceDistanceOptions {
  /**
   * `plane` (default) measures along the surface's normal at the nearest point, so that a shift within the surface costs
   * nothing; `surface` measures to the nearest point itself.
   */
  readonly to?: 'plane' | 'surface';
  /** Points of weight zero are left out, `[N]`, others count by their weight in mean and RMS. */
  readonly weights?: ArrayLike<number>;
  /** Points with nothing nearer than this are left out, millimetres. Default: none is. */
  readonly within?: number;
  /** The tree of the target, when it exists already. */
  readonly tree?: TriangleTree;
}

/**
 * Measures the distance from points to a surface; no alignment is done here.
 *
 * @param points `[N, 3]`, millimetres.
 * @param target The surface.
 * @throws GanfitError `input` when no point is left to measure.
 */
export function surfaceDistance(
  points: ArrayLike<number>,
  target: Surface,
  options: SurfaceDistanceOptions = {},
): SurfaceDistance {
  const { to = 'plane', weights, within } = options;
  const tree = options.tree ?? triangleTree(target.vertices, target.triangles);
  const normals = to === 'plane' ? vertexNormals(target.vertices, target.triangles) : undefined;
  const distances = new Float32Array(points.length / 3).fill(Number.NaN);
  let [total, sum, squares] = [0, 0, 0];
  for (let i = 0; i < distances.length; i++) {
    const weight = weights ? weights[i] : 1;
    if (!(weight > 0)) continue;
    const [x, y, z] = [points[3 * i], points[3 * i + 1], points[3 * i + 2]];
    const nearest = closestPoint(tree, x, y, z, undefined, within);
    if (!nearest) continue;
    const { position, triangle, barycentrics } = nearest;
    let distance = Math.sqrt(nearest.squaredDistance);
    if (normals) {
      const [nx, ny, nz] = normalAt(normals, target.triangles, triangle, barycentrics);
      distance = Math.abs((x - position[0]) * nx + (y - position[1]) * ny + (z - position[2]) * nz);
    }
    distances[i] = distance;
    total += weight;
    sum += weight * distance;
    squares += weight * distance * distance;
  }
  const sorted = distances.filter((distance) => !Number.isNaN(distance)).sort();
  if (sorted.length === 0) {
    throw new GanfitError(
      'input',
      `surfaceDistance: at least one point must be measured, got ${distances.length} points and none within reach. ` +
        'Check mask, units and alignment.',
    );
  }
  return {
    count: sorted.length,
    rms: Math.sqrt(squares / total),
    mean: sum / total,
    median: sorted[sorted.length >> 1],
    p95: sorted[Math.floor(0.95 * (sorted.length - 1))],
    max: sorted[sorted.length - 1],
    distances,
  };
}

/** The unit normal of a surface at a point of a triangle, interpolated from its corners. */
export function normalAt(
  normals: Float32Array,
  triangles: Uint32Array,
  triangle: number,
  barycentrics: readonly [number, number, number],
): [number, number, number] {
  const normal: [number, number, number] = [0, 0, 0];
  for (let k = 0; k < 3; k++) {
    const vertex = 3 * triangles[3 * triangle + k];
    for (let axis = 0; axis < 3; axis++) normal[axis] += barycentrics[k] * normals[vertex + axis];
  }
  const length = Math.hypot(...normal) || 1;
  return [normal[0] / length, normal[1] / length, normal[2] / length];
}
