import { choleskyFactor, choleskySolve } from '../linalg/cholesky.ts';
import { orthonormal } from '../linalg/rotation.ts';
import type { Pose } from '../render/camera.ts';

/**
 * Pose of known points from their pixels by the scaled orthographic camera, in closed form: the affine camera that fits
 * best in least squares, its two rows made a rotation.
 *
 * @param positions `[N, 3]`, millimetres in the head's axes; not all in one plane.
 * @param pixels `[N, 2]`.
 * @param picture Focal length and size in pixels; the focal length turns the scale into a distance.
 */
export function initialPose(
  positions: ArrayLike<number>,
  pixels: ArrayLike<number>,
  picture: { readonly focal: number; readonly width: number; readonly height: number },
): Pose {
  const count = pixels.length / 2;
  const normal = new Float64Array(16);
  const right = new Float64Array(8);
  for (let i = 0; i < count; i++) {
    const p = [positions[3 * i], positions[3 * i + 1], positions[3 * i + 2], 1];
    const [x, y] = [pixels[2 * i] - picture.width / 2, picture.height / 2 - pixels[2 * i + 1]];
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b <= a; b++) normal[4 * a + b] += p[a] * p[b];
      right[a] += x * p[a];
      right[4 + a] += y * p[a];
    }
  }
  choleskyFactor(normal, 4);
  choleskySolve(normal, 4, right, 2);
  const rows = [Array.from(right.subarray(0, 3)), Array.from(right.subarray(4, 7))];
  const scale = Math.sqrt(Math.hypot(...rows[0]) * Math.hypot(...rows[1]));
  return {
    rotation: orthonormal(rows),
    translation: [right[3] / scale, right[7] / scale, -picture.focal / scale],
  };
}
