import type { Tensor } from '../op.ts';
import { add } from '../ops/add.ts';
import { div } from '../ops/div.ts';
import { mul } from '../ops/mul.ts';
import { reshape } from '../ops/reshape.ts';
import { sqrt } from '../ops/sqrt.ts';
import { square } from '../ops/square.ts';
import { sub } from '../ops/sub.ts';
import { mean } from './mean.ts';

/**
 * Normalizes each channel of each picture by its own mean and variance (Ulyanov et al. 2016).
 *
 * @param x Picture, `[N, C, H, W]`.
 * @param scale Applied afterwards, `[C]`; 1 when left out.
 * @param bias Added after that, `[C]`; 0 when left out.
 * @param epsilon Added to the variance, 1e-5 by default.
 */
export function instanceNorm(x: Tensor, scale?: Tensor, bias?: Tensor, epsilon = 1e-5): Tensor {
  const centered = sub(x, mean(x, [2, 3], true));
  const normal = div(centered, sqrt(add(mean(square(centered), [2, 3], true), epsilon)));
  const perChannel = (vector: Tensor) => reshape(vector, [-1, 1, 1]);
  const scaled = scale ? mul(normal, perChannel(scale)) : normal;
  return bias ? add(scaled, perChannel(bias)) : scaled;
}
