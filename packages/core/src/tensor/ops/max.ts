import { apply, int, normalizeAxes, type Op, sameDType, type Tensor } from '../op.ts';
import { cast } from './cast.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { mul } from './mul.ts';
import { reshape } from './reshape.ts';
import { sum, withoutAxes } from './sum.ts';

/** Takes the largest element over axes, all by default; equal ones share the gradient. */
export function max(x: Tensor, axes?: number | readonly number[], keepDims = false): Tensor {
  const list = normalizeAxes('max', axes ?? x.shape.map((_, i) => i), x.shape.length);
  const kept = list.length === 0 ? x : apply(maxOp, [x], list);
  return keepDims ? kept : reshape(kept, withoutAxes(x.shape, list));
}

/** Takes the maximum and keeps the axes with size 1. */
const maxOp: Op<readonly number[]> = {
  name: 'max',
  shape: ([x], axes) => x.shape.map((size, i) => (axes.includes(i) ? 1 : size)),
  dtype: sameDType,
  emit: (graph, [x], { attributes: axes }) =>
    graph.node('ReduceMax', [x, graph.integers(axes)], { keepdims: int(1) }),
  vjp: (cotangent, [x], y) => [
    () => {
      const winners = cast(equal(x, y), 'float32');
      return mul(winners, div(cotangent, sum(winners, y.attributes, true)));
    },
  ],
};
