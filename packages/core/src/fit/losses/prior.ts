import { add, mul, square, sub, sum, type Tensor } from '../../tensor/index.ts';
import type { TracedPhoto } from '../traced-unknowns.ts';

/**
 * Priors (the regularisation of paper Eq. 12, and of Eq. 3): half the squared coefficients in standard deviations, and
 * half the squared deviations of camera and light from what is usual.
 *
 * @param shared Coefficients that all photos share, `[ns + na]`.
 * @returns Negative log prior up to a constant, `[]`.
 */
export function coefficientPrior(shared: Tensor, photos: readonly TracedPhoto[]): Tensor {
  let loss = sum(square(shared));
  for (const { expression } of photos) loss = add(loss, sum(square(expression)));
  return mul(loss, 0.5);
}

/**
 * Log-normal prior of one camera.
 *
 * @param means Logarithms of focal length and distance, `[2]`.
 * @param precisions One over their standard deviations, `[2]`.
 */
export function cameraPriorLoss(
  logFocal: Tensor,
  logDistance: Tensor,
  means: readonly [Tensor, Tensor],
  precisions: readonly [Tensor, Tensor],
): Tensor {
  const term = (value: Tensor, k: 0 | 1) => square(mul(sub(value, means[k]), precisions[k]));
  return mul(add(term(logFocal, 0), term(logDistance, 1)), 0.5);
}
