import { cameraPose, projectPoints } from '../render/camera.ts';
import { type AlignmentPoints, placePoints } from './alignment-points.ts';
import { silhouettePoints } from './landmark-residuals.ts';
import type { PhotoParameters } from './parameters.ts';

/**
 * Where the 68 landmarks of a fitted face lie in its photo: the inner 51 on the surface, the 17 of the contour on the
 * silhouette (paper Eq. 11, the render's side).
 *
 * @returns `[68, 2]`, pixels of the photo.
 */
export function projectLandmarks(
  points: AlignmentPoints,
  photo: Pick<PhotoParameters, 'expression' | 'camera'>,
  identity: ArrayLike<number>,
): Float32Array {
  const positions = placePoints(points, identity, photo.expression);
  const out = new Float32Array(3 * 68);
  landmarkPoints(points, positions, photo).forEach((point, landmark) => {
    out.set(positions.subarray(3 * point, 3 * point + 3), 3 * landmark);
  });
  return projectPoints(photo.camera, out);
}

/**
 * The point that stands for each of the 68 landmarks as the camera sees them.
 *
 * @param positions `[M, 3]` from `placePoints`.
 * @returns `[68]` indices of points.
 */
export function landmarkPoints(
  points: AlignmentPoints,
  positions: Float64Array,
  photo: Pick<PhotoParameters, 'camera'>,
): number[] {
  const { rotation, translation } = cameraPose(photo.camera);
  const distance = -translation[2];
  const contour = silhouettePoints(points, positions, {
    rotation,
    shift: [translation[0] / distance, translation[1] / distance],
    logDistance: Math.log(distance),
    logFocal: Math.log(photo.camera.focal),
  });
  return [...contour, ...Array.from({ length: 51 }, (_, i) => i)];
}
