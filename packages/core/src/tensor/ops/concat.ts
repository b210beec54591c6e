import { GanfitError } from '../../error.ts';
import { apply, int, normalizeAxes, type Op, sameDType, sameShape, type Tensor } from '../op.ts';
import { unsqueeze } from './reshape.ts';
import { slice } from './slice.ts';

/** Joins tensors along an axis; all other sizes must agree. */
export function concat(list: readonly Tensor[], axis: number): Tensor {
  if (list.length === 0) throw new GanfitError('shape', 'concat: at least one tensor is needed, got none.');
  const [position] = normalizeAxes('concat', axis, list[0].shape.length);
  return list.length === 1 ? list[0] : apply(concatOp, list, position);
}

/** Joins tensors of one shape along a new axis. */
export function stack(list: readonly Tensor[], axis: number): Tensor {
  return concat(
    list.map((x) => unsqueeze(x, axis)),
    axis,
  );
}

const concatOp: Op<number> = {
  name: 'concat',
  shape: (list, axis) => {
    const rest = (x: Tensor) => x.shape.map((size, i) => (i === axis ? -1 : size));
    for (const x of list) {
      if (!sameShape(rest(x), rest(list[0]))) {
        throw new GanfitError(
          'shape',
          `concat: sizes beside axis ${axis} must agree, got [${list[0].shape}] and [${x.shape}].`,
        );
      }
    }
    const total = list.reduce((size, x) => size + x.shape[axis], 0);
    return list[0].shape.map((size, i) => (i === axis ? total : size));
  },
  dtype: sameDType,
  emit: (graph, inputs, { attributes: axis }) => graph.node('Concat', inputs, { axis: int(axis) }),
  vjp: (cotangent, list, { attributes: axis }) =>
    list.map((x, i) => () => {
      const start = list.slice(0, i).reduce((size, before) => size + before.shape[axis], 0);
      return slice(cotangent, [start], [start + x.shape[axis]], [axis]);
    }),
};
