import { normalizeAxes, sizeOf, type Tensor } from '../op.ts';
import { mul } from '../ops/mul.ts';
import { sum } from '../ops/sum.ts';

/** Averages over axes, all by default. */
export function mean(x: Tensor, axes?: number | readonly number[], keepDims = false): Tensor {
  const list = normalizeAxes('mean', axes ?? x.shape.map((_, i) => i), x.shape.length);
  return mul(sum(x, list, keepDims), 1 / sizeOf(list.map((axis) => x.shape[axis])));
}
