import {
  add,
  constant,
  matmul,
  mul,
  reshape,
  scalar,
  square,
  sub,
  sum,
  type Tensor,
} from '../../tensor/index.ts';
import { LAMP_PRIOR, LIGHT_PRIOR } from '../light-prior.ts';

/**
 * Priors (the regularisation of paper Eq. 12, and of Eq. 3): half the squared coefficients in standard deviations.
 *
 * @returns Negative log prior up to a constant, `[]`.
 */
export function coefficientPrior(coefficients: readonly Tensor[]): Tensor {
  return coefficients.reduce<Tensor>((total, values) => add(total, mul(sum(square(values)), 0.5)), scalar(0));
}

/**
 * Half the squared deviation of a light from what is usual.
 *
 * @param light `[27]` harmonics or `[9]` of a lamp, as `lightVector` gives them.
 */
export function lightPriorLoss(light: Tensor): Tensor {
  const { mean, whitening } = light.shape[0] === 27 ? LIGHT_PRIOR : LAMP_PRIOR;
  const count = mean.length;
  const offset = reshape(sub(light, constant(mean, [count])), [count, 1]);
  return mul(sum(square(matmul(constant(whitening, [count, count]), offset))), 0.5);
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
