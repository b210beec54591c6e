import { GanfitError } from '../error.ts';
import { choleskyFactor } from '../linalg/cholesky.ts';
import { matmul, reshape, sub, type Tensor } from '../tensor/index.ts';

/**
 * What is known of a face's identity coefficients before the fit looks at it: a normal distribution. Without a photo it is
 * N(0, I); a regressor that has seen the photo knows more.
 */
export interface ShapePrior {
  /** Expected coefficients, `[ns]`. */
  readonly mean: Float32Array;
  /** W, `[ns, ns]` row-major, with `W (p - mean)` ~ N(0, I): the inverse of a factor of the covariance. */
  readonly whitening: Float32Array;
  /** How usual the photos are that it was read from, 0 to 1; absent when it was read from none. */
  readonly trust?: number;
}

/** The model's own prior, N(0, I). */
export function standardShapePrior(count: number): ShapePrior {
  const whitening = new Float32Array(count * count);
  for (let i = 0; i < count; i++) whitening[i * count + i] = 1;
  return { mean: new Float32Array(count), whitening };
}

/**
 * The prior of given moments.
 *
 * @param covariance `[ns, ns]`, symmetric and positive definite.
 * @throws GanfitError `input` when the sizes do not fit or the covariance is not positive definite.
 */
export function shapePrior(mean: ArrayLike<number>, covariance: ArrayLike<number>): ShapePrior {
  const count = mean.length;
  if (covariance.length !== count * count) {
    throw new GanfitError(
      'input',
      `shapePrior: the covariance must be [${count}, ${count}], got ${covariance.length} numbers. Give a square matrix.`,
    );
  }
  const factor = Float64Array.from(covariance);
  choleskyFactor(factor, count);
  return { mean: Float32Array.from(mean), whitening: Float32Array.from(invertLower(factor, count)) };
}

/** `W (p - mean)`, `[ns]`, in standard deviations. */
export function whitenShape({ mean, whitening }: ShapePrior, identity: ArrayLike<number>): Float64Array {
  const count = mean.length;
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) out[i] += whitening[i * count + j] * (identity[j] - mean[j]);
  }
  return out;
}

/** The same for tensors: `[ns]`, `[ns]` and `[ns, ns]`. */
export function traceWhitenedShape(identity: Tensor, mean: Tensor, whitening: Tensor): Tensor {
  const [count] = identity.shape;
  return reshape(matmul(whitening, reshape(sub(identity, mean), [count, 1])), [count]);
}

/** Inverse of the lower triangle of a `[n, n]` matrix; zeros above. */
function invertLower(factor: Float64Array, count: number): Float64Array {
  const out = new Float64Array(count * count);
  for (let column = 0; column < count; column++) {
    for (let i = column; i < count; i++) {
      let sum = i === column ? 1 : 0;
      for (let k = column; k < i; k++) sum -= factor[i * count + k] * out[k * count + column];
      out[i * count + column] = sum / factor[i * count + i];
    }
  }
  return out;
}
