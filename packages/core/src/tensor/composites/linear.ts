import type { Tensor } from '../op.ts';
import { add } from '../ops/add.ts';
import { matmul } from '../ops/matmul.ts';
import { transpose } from '../ops/transpose.ts';

/**
 * A fully connected layer: x wᵀ + bias.
 *
 * @param x `[..., n]`.
 * @param w Weights as networks store them, `[m, n]`.
 * @param bias `[m]`, none by default.
 * @returns `[..., m]`.
 */
export function linear(x: Tensor, w: Tensor, bias?: Tensor): Tensor {
  const product = matmul(x, transpose(w));
  return bias ? add(product, bias) : product;
}
