import {
  add,
  averagePool,
  broadcastTo,
  concat,
  conv,
  leakyRelu,
  linear,
  mean,
  reshape,
  sqrt,
  square,
  sub,
  type Tensor,
} from '../../tensor/index.ts';
import { type GanArchitecture, levelOf, type NamedTensors } from './architecture.ts';
import { addBias, fade, type GrownOptions } from './generator.ts';

/** Pictures of a batch that are compared with each other. */
const GROUP = 4;

/**
 * Traces the discriminator of progressive growing (Karras et al. 2018): the generator's levels in reverse with average
 * pooling, the batch's own standard deviation as one more channel at 4 x 4, and two dense layers.
 *
 * @param weights As the layers see them, by the names of `discriminatorShapes`.
 * @param textures `[N, 3, R, R]`, sRGB, -1 to 1.
 * @returns Scores, `[N]`; high for what looks real.
 */
export function discriminate(
  weights: NamedTensors,
  textures: Tensor,
  architecture: GanArchitecture,
  { resolution, alpha = 1 }: GrownOptions,
): Tensor {
  const top = levelOf(architecture, resolution);
  const layer = (x: Tensor, name: string, pads: number) =>
    leakyRelu(addBias(conv(x, weights[`${name}.weight`], { pads }), weights[`${name}.bias`]), 0.2);

  let x = layer(textures, `${resolution}.rgb`, 0);
  for (let level = top; level > 0; level--) {
    const at = 4 << level;
    x = averagePool(layer(layer(x, `${at}.conv0`, 1), `${at}.conv1`, 1), 2);
    if (level === top && alpha !== 1) {
      x = fade(layer(averagePool(textures, 2), `${at / 2}.rgb`, 0), x, alpha);
    }
  }
  const last = layer(concat([x, batchDeviation(x)], 1), '4.conv', 1);
  const count = textures.shape[0];
  const hidden = leakyRelu(
    linear(reshape(last, [count, -1]), weights['4.dense0.weight'], weights['4.dense0.bias']),
    0.2,
  );
  return reshape(linear(hidden, weights['4.dense1.weight'], weights['4.dense1.bias']), [count]);
}

/**
 * The standard deviation of each feature over groups of neighbors in the batch, averaged to one number a group (section 3):
 * it shows a generator that always gives the same.
 *
 * @param x `[N, C, H, W]`; groups are of four, or of the largest number below that divides N and four.
 * @returns `[N, 1, H, W]`.
 */
function batchDeviation(x: Tensor): Tensor {
  const [count, channels, height, width] = x.shape;
  const size = count % GROUP === 0 ? GROUP : count % 2 === 0 ? 2 : 1;
  const grouped = reshape(x, [count / size, size, channels * height * width]);
  const variance = mean(square(sub(grouped, mean(grouped, 1, true))), 1, true);
  const deviation = mean(sqrt(add(variance, 1e-8)), 2, true); // [N / size, 1, 1]
  const spread = broadcastTo(reshape(deviation, [count / size, 1, 1, 1, 1]), [
    count / size,
    size,
    1,
    height,
    width,
  ]);
  return reshape(spread, [count, 1, height, width]);
}
