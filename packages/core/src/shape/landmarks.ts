import { GanfitError } from '../error.ts';
import type { SurfacePoints } from './model.ts';

/**
 * Surface points that sit on vertices.
 *
 * @param triangles `[T, 3]`.
 * @param vertices Vertex indices, `[N]`.
 * @throws GanfitError `format` when a vertex belongs to no triangle.
 */
export function nearestCorners(triangles: Uint32Array, vertices: readonly number[]): SurfacePoints {
  const corner = new Map<number, number>();
  triangles.forEach((vertex, i) => {
    if (!corner.has(vertex)) corner.set(vertex, i);
  });
  const result = {
    triangles: new Uint32Array(vertices.length),
    barycentrics: new Float32Array(vertices.length * 3),
  };
  vertices.forEach((vertex, i) => {
    const at = corner.get(vertex);
    if (at === undefined) {
      throw new GanfitError(
        'format',
        `nearestCorners: point ${i} must lie on the skin, got vertex ${vertex}. Check the landmark list.`,
      );
    }
    result.triangles[i] = Math.floor(at / 3);
    result.barycentrics[3 * i + (at % 3)] = 1;
  });
  return result;
}
