import type { Tensor } from '../op.ts';
import { constant } from '../ops/constant.ts';
import { matmul } from '../ops/matmul.ts';

/**
 * Resizes a picture by bilinear interpolation between pixel centers; beyond the outermost centers the border goes on.
 *
 * It interpolates and does not average: shrinking by more than 2 skips pixels.
 *
 * @param x Picture, `[N, C, H, W]`.
 * @param size New height and width.
 */
export function resizeBilinear(x: Tensor, [height, width]: readonly [number, number]): Tensor {
  const [rows, columns] = x.shape.slice(-2);
  // Interpolation is linear and separable. As products with two matrices its gradient is exact, borders included.
  const wide =
    width === columns ? x : matmul(x, constant(interpolation(width, columns, true), [columns, width]));
  return height === rows ? wide : matmul(constant(interpolation(height, rows, false), [height, rows]), wide);
}

/** Doubles or enlarges a picture, `[N, C, H, W]`, by bilinear interpolation. */
export function upsampleBilinear(x: Tensor, factor = 2): Tensor {
  const [height, width] = x.shape.slice(-2);
  return resizeBilinear(x, [height * factor, width * factor]);
}

/** Weights of `from` pixels in each of `to` pixels, `[to, from]` or `[from, to]`. */
function interpolation(to: number, from: number, transposed: boolean): Float32Array {
  const weights = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const center = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const first = Math.min(Math.floor(center), Math.max(from - 2, 0));
    const share = center - first;
    const add = (j: number, weight: number) => {
      weights[transposed ? j * to + i : i * from + j] += weight;
    };
    add(first, 1 - share);
    if (share > 0) add(first + 1, share);
  }
  return weights;
}
