import { GanfitError } from '../../error.ts';
import {
  add,
  conv,
  leakyRelu,
  matmul,
  mul,
  type Operand,
  pixelNorm,
  reshape,
  sub,
  type Tensor,
  transpose,
  upsampleNearest,
} from '../../tensor/index.ts';
import { type GanArchitecture, levelOf, type NamedTensors } from './architecture.ts';

/** Up to where a network is grown. */
export interface GrownOptions {
  /** Edge of the pictures, one of the architecture's. */
  readonly resolution: number;
  /** How far the last level is faded in, in [0, 1]: a number, or a traced `[]`; all of it by default. */
  readonly alpha?: Operand;
}

/**
 * Traces the generator of progressive growing (Karras et al. 2018): the latent on the hypersphere, a dense layer to 4 x 4, then
 * per level nearest upsampling and two convolutions, each with LeakyReLU 0.2 and PixelNorm; colors by a 1 x 1 convolution.
 *
 * @param weights As the layers see them (`equalize` for trained ones), by the names of `generatorShapes`.
 * @param latent `[N, latentSize]`; only its direction counts.
 * @returns `[N, 3, R, R]`, sRGB, -1 to 1 and a little beyond.
 * @throws GanfitError `shape` when the latent does not fit, `input` for a resolution that the architecture has not.
 */
export function generate(
  weights: NamedTensors,
  latent: Tensor,
  architecture: GanArchitecture,
  { resolution, alpha = 1 }: GrownOptions,
): Tensor {
  const { latentSize, widths } = architecture;
  const top = levelOf(architecture, resolution);
  if (latent.shape.length !== 2 || latent.shape[1] !== latentSize) {
    throw new GanfitError(
      'shape',
      `texture GAN: the latent must be [N, ${latentSize}], got [${latent.shape}].`,
    );
  }
  const activate = (x: Tensor, layer: string) =>
    pixelNorm(leakyRelu(addBias(x, weights[`${layer}.bias`]), 0.2));
  const layer = (x: Tensor, name: string) => activate(conv(x, weights[`${name}.weight`], { pads: 1 }), name);

  const dense = matmul(pixelNorm(latent), transpose(weights['4.dense.weight']));
  let x = layer(activate(reshape(dense, [latent.shape[0], widths[0], 4, 4]), '4.dense'), '4.conv');
  let before = x;
  for (let level = 1; level <= top; level++) {
    before = x;
    const at = 4 << level;
    x = layer(layer(upsampleNearest(x), `${at}.conv0`), `${at}.conv1`);
  }
  const colors = (features: Tensor, at: number) =>
    addBias(conv(features, weights[`${at}.rgb.weight`]), weights[`${at}.rgb.bias`]);
  const full = colors(x, resolution);
  if (alpha === 1 || top === 0) return full;
  return fade(upsampleNearest(colors(before, resolution / 2)), full, alpha);
}

/** Goes from `old` to `fresh` as alpha goes from 0 to 1. */
export function fade(old: Tensor, fresh: Tensor, alpha: Operand): Tensor {
  return add(old, mul(sub(fresh, old), alpha));
}

/** Adds a number to each channel. */
export function addBias(x: Tensor, bias: Tensor): Tensor {
  return add(x, reshape(bias, [bias.shape[0], 1, 1]));
}
