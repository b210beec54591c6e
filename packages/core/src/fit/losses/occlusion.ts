import {
  abs,
  add,
  averagePool,
  mean,
  mul,
  reciprocal,
  reshape,
  square,
  stopGradient,
  sub,
  type Tensor,
} from '../../tensor/index.ts';

/** Pixels over which a residual is averaged: hair and glasses are wider, and one freckle hides nothing. */
const WINDOW = 5;

/**
 * How far each pixel shows the face and not something before it: `1 / (1 + (r / size)^2)^2` of the local mean residual r
 * (the weight of Geman and McClure). Without gradient: what does not fit must not be explained by moving.
 *
 * @param image Render, `[3, H, W]`.
 * @param photo `[3, H, W]`.
 * @param size Residual, in sRGB, at which a pixel counts a quarter.
 * @returns `[1, H, W]`.
 */
export function occlusionWeights(image: Tensor, photo: Tensor, size: number): Tensor {
  const [, height, width] = image.shape;
  const residual = reshape(mean(abs(sub(image, photo)), 0, true), [1, 1, height, width]);
  const pads = (WINDOW - 1) / 2;
  const local = averagePool(residual, { kernel: WINDOW, strides: 1, pads: [pads, pads, pads, pads] });
  const weight = square(reciprocal(add(square(mul(local, 1 / size)), 1)));
  return stopGradient(reshape(weight, [1, height, width]));
}
