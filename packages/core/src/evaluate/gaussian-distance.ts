import { GanfitError } from '../error.ts';
import { choleskyFactor, choleskySolve } from '../linalg/cholesky.ts';

/**
 * How unusual a vector is among others: the Mahalanobis distance with a covariance that is shrunk towards a ball (Ledoit and
 * Wolf 2004, with a given share).
 *
 * @param samples `[N, D]`, the usual ones, at least two.
 * @param shrinkage Share of the covariance that is taken to be the same in all directions, 0 … 1: few samples know little about
 *   many. Default 0.1.
 * @returns A function from `[D]` to the distance, root mean square over the dimensions: about 1 for the samples themselves.
 * @throws GanfitError `input` when there are fewer than two samples, or they do not differ.
 */
export function gaussianDistance(
  samples: readonly ArrayLike<number>[],
  { shrinkage = 0.1 }: { readonly shrinkage?: number } = {},
): (vector: ArrayLike<number>) => number {
  const size = samples[0]?.length ?? 0;
  const mean = new Float64Array(size);
  for (const sample of samples) for (let i = 0; i < size; i++) mean[i] += sample[i] / samples.length;
  const covariance = new Float64Array(size * size);
  const off = new Float64Array(size);
  for (const sample of samples) {
    for (let i = 0; i < size; i++) off[i] = sample[i] - mean[i];
    for (let i = 0; i < size; i++) {
      const own = off[i] / (samples.length - 1);
      for (let j = 0; j <= i; j++) covariance[i * size + j] += own * off[j];
    }
  }
  let variance = 0;
  for (let i = 0; i < size; i++) variance += covariance[i * size + i] / size;
  if (samples.length < 2 || !(variance > 0)) {
    throw new GanfitError(
      'input',
      `gaussianDistance: there must be at least two samples that differ, got ${samples.length}. Give more.`,
    );
  }
  for (let i = 0; i < covariance.length; i++) covariance[i] *= 1 - shrinkage;
  for (let i = 0; i < size; i++) covariance[i * size + i] += shrinkage * variance;
  choleskyFactor(covariance, size);
  return (vector) => {
    const difference = Float64Array.from(mean, (value, i) => vector[i] - value);
    const solved = difference.slice();
    choleskySolve(covariance, size, solved);
    let sum = 0;
    for (let i = 0; i < size; i++) sum += solved[i] * difference[i];
    return Math.sqrt(sum / size);
  };
}
