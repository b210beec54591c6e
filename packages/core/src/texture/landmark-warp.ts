import { choleskyFactor, choleskySolve } from '../linalg/cholesky.ts';

/** Where landmarks of the fitted head fall in the photo and where they were found there, both `[K, 2]`, pixels. */
export interface LandmarkPairs {
  readonly projected: Float32Array;
  readonly detected: Float32Array;
}

/**
 * Gives the small shift from where a fit puts a point to where the photo shows it.
 *
 * A fit leaves lids and lips a few pixels off; unwrapped as it is, the white of the eye would be painted on the lid. The
 * shift is a smoothed interpolation of the landmarks' residuals (kriging with a Gaussian kernel: Rasmussen and Williams
 * 2006, Eq. 2.25) and fades to nothing away from them.
 *
 * @param pairs K landmarks inside the face; jaw points slide along the silhouette and do not belong here.
 * @param radius Reach of one landmark (the kernel's standard deviation), pixels. Default a quarter of their width.
 * @param noise Standard deviation of the landmarks' noise as a share of the residuals' own. Default 0.35.
 * @returns A function that writes the shift at (x, y) into `out`, pixels.
 */
export function landmarkWarp(
  { projected, detected }: LandmarkPairs,
  radius = 0.25 * spread(projected),
  noise = 0.35,
): (x: number, y: number, out: Float32Array | number[]) => void {
  const count = projected.length / 2;
  const kernel = (x: number, y: number, i: number): number =>
    Math.exp(-((x - projected[2 * i]) ** 2 + (y - projected[2 * i + 1]) ** 2) / (2 * radius * radius));
  const covariance = new Float64Array(count * count);
  const weights = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++)
      covariance[i * count + j] = kernel(projected[2 * i], projected[2 * i + 1], j);
    covariance[i * count + i] += noise * noise;
    weights[i] = detected[2 * i] - projected[2 * i];
    weights[count + i] = detected[2 * i + 1] - projected[2 * i + 1];
  }
  choleskyFactor(covariance, count);
  choleskySolve(covariance, count, weights, 2);
  return (x, y, out) => {
    out[0] = 0;
    out[1] = 0;
    for (let i = 0; i < count; i++) {
      const near = kernel(x, y, i);
      out[0] += near * weights[i];
      out[1] += near * weights[count + i];
    }
  };
}

/** Width of a cloud of points `[K, 2]`, pixels, at least one. */
function spread(points: Float32Array): number {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    low = Math.min(low, points[i]);
    high = Math.max(high, points[i]);
  }
  return Math.max(high - low, 1);
}
