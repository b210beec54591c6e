import { randomStream } from '../packages/core/src/random/index.ts';
import {
  add,
  constant,
  conv,
  leakyRelu,
  matmul,
  pixelNorm,
  reshape,
  type Tensor,
  upsampleNearest,
} from '../packages/core/src/tensor/index.ts';

/** Channels of the blocks from 4 x 4 to 256 x 256 pixels. */
const CHANNELS = [256, 256, 256, 256, 128, 64, 32];

/**
 * A progressively grown generator (Karras et al. 2018, table 2, with half the channels) with random weights, 14.1 GFLOP.
 *
 * @param latent `[1, 256]`.
 * @returns A picture, `[1, 3, 256, 256]`.
 */
export function progressiveGenerator(latent: Tensor): Tensor {
  const random = randomStream(1, 'generator');
  const weights = (shape: readonly number[], fanIn: number) =>
    constant(
      Float32Array.from(
        { length: shape.reduce((a, b) => a * b) },
        () => random.normal() * Math.sqrt(2 / fanIn),
      ),
      shape,
    );
  const layer = (x: Tensor, to: number) => {
    const from = x.shape[1];
    const convolved = conv(x, weights([to, from, 3, 3], 9 * from), { pads: 1 });
    return pixelNorm(leakyRelu(add(convolved, weights([to, 1, 1], 100)), 0.2));
  };
  const seed = matmul(pixelNorm(latent), weights([256, 16 * 256], 256));
  let x = layer(pixelNorm(leakyRelu(reshape(seed, [1, 256, 4, 4]), 0.2)), CHANNELS[0]);
  for (const channels of CHANNELS.slice(1)) x = layer(layer(upsampleNearest(x), channels), channels);
  return conv(x, weights([3, x.shape[1], 1, 1], x.shape[1]));
}
