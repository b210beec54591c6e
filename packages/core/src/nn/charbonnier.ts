import { add, sqrt, square, sub, type Tensor } from '../tensor/index.ts';

/**
 * A smooth absolute value: √(x² + ε²) - ε (Charbonnier et al. 1997). Near zero it is x² / 2ε, far out |x| - ε.
 *
 * @param x Residuals of any shape.
 * @param epsilon Where the bowl turns into the cone, in units of x.
 */
export function charbonnier(x: Tensor, epsilon = 1e-3): Tensor {
  return sub(sqrt(add(square(x), epsilon * epsilon)), epsilon);
}
