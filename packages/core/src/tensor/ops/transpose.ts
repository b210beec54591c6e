import { GanfitError } from '../../error.ts';
import { apply, ints, type Op, sameDType, type Tensor } from '../op.ts';

/**
 * Reorders axes.
 *
 * @param permutation For each axis of the result the axis it comes from; by default the last two change places.
 */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  const rank = x.shape.length;
  const order = permutation ?? [...Array(rank).keys()].map((i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
  return order.every((axis, i) => axis === i) && order.length === rank ? x : apply(transposeOp, [x], order);
}

const transposeOp: Op<readonly number[]> = {
  name: 'transpose',
  shape: ([x], permutation) => {
    const sorted = [...permutation].sort((a, b) => a - b);
    if (sorted.length !== x.shape.length || sorted.some((axis, i) => axis !== i)) {
      throw new GanfitError(
        'shape',
        `transpose: the permutation must name each axis of [${x.shape}] once, got [${permutation}].`,
      );
    }
    return permutation.map((axis) => x.shape[axis]);
  },
  dtype: sameDType,
  emit: (graph, [x], { attributes: permutation }) =>
    graph.node('Transpose', [x], { perm: ints(permutation) }),
  vjp: (cotangent, _inputs, { attributes: permutation }) => [
    () =>
      transpose(
        cotangent,
        permutation.map((_, axis) => permutation.indexOf(axis)),
      ),
  ],
};
