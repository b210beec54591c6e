import type { Tensor } from '../op.ts';
import { add } from '../ops/add.ts';
import { constant, constantData } from '../ops/constant.ts';
import { div } from '../ops/div.ts';
import { mul } from '../ops/mul.ts';
import { reshape } from '../ops/reshape.ts';
import { sqrt } from '../ops/sqrt.ts';
import { sub } from '../ops/sub.ts';

/** Statistics and scale of a trained batch normalization, one number for each channel, `[C]` each. */
export interface BatchNormParameters {
  readonly scale: Tensor;
  readonly bias: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** Added to the variance, 1e-5 by default. */
  readonly epsilon?: number;
}

/**
 * Normalizes channels by fixed statistics, as a trained network does (Ioffe & Szegedy 2015).
 *
 * @param x `[N, C]` or `[N, C, H, W]`.
 */
export function batchNorm(x: Tensor, parameters: BatchNormParameters): Tensor {
  const [factor, offset] = affine(parameters);
  const shape = [x.shape[1], ...x.shape.slice(2).map(() => 1)];
  return add(mul(x, reshape(factor, shape)), reshape(offset, shape));
}

/** Factor and offset that four vectors come to; known ones at once, so that the runtime can fuse them. */
function affine({
  scale,
  bias,
  mean,
  variance,
  epsilon = 1e-5,
}: BatchNormParameters): readonly [Tensor, Tensor] {
  const [s, b, m, v] = [scale, bias, mean, variance].map(constantData);
  if (s && b && m && v) {
    const factor = Float32Array.from(
      { length: s.length },
      (_, i) => Number(s[i]) / Math.sqrt(Number(v[i]) + epsilon),
    );
    const offset = factor.map((value, i) => Number(b[i]) - Number(m[i]) * value);
    return [constant(factor, scale.shape), constant(offset, bias.shape)];
  }
  const factor = div(scale, sqrt(add(variance, epsilon)));
  return [factor, sub(bias, mul(mean, factor))];
}
