import { apply, type Op, sameDType, type Tensor } from '../op.ts';
import { equal } from './equal.ts';
import { where } from './where.ts';

/** Keeps values inside [min, max]; the gradient passes on the bounds and between them, and is zero outside. */
export function clip(x: Tensor, min: number, max: number): Tensor {
  return apply(clipOp, [x], { min, max });
}

const clipOp: Op<{ readonly min: number; readonly max: number }> = {
  name: 'clip',
  shape: ([x]) => x.shape,
  dtype: sameDType,
  emit: (graph, [x], { attributes: { min, max } }) =>
    graph.node('Clip', [
      x,
      graph.constant('float32', [], Float32Array.of(min)),
      graph.constant('float32', [], Float32Array.of(max)),
    ]),
  // Inside, and only there, nothing was changed.
  vjp: (cotangent, [x], y) => [() => where(equal(x, y), cotangent, 0)],
};
