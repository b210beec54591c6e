import type { Tensor } from '../op.ts';
import { add } from '../ops/add.ts';
import { mul } from '../ops/mul.ts';
import { reciprocal } from '../ops/reciprocal.ts';
import { sqrt } from '../ops/sqrt.ts';
import { square } from '../ops/square.ts';
import { mean } from './mean.ts';

/**
 * Scales the channels of each pixel to a mean square of one (Karras et al. 2018, section 4.2).
 *
 * @param x Picture, `[N, C, H, W]`, or latents, `[N, C]`.
 * @param epsilon Added to the mean square, 1e-8 by default.
 */
export function pixelNorm(x: Tensor, epsilon = 1e-8): Tensor {
  return mul(x, reciprocal(sqrt(add(mean(square(x), 1, true), epsilon))));
}
