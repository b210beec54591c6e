import { GanfitError } from '../../error.ts';
import {
  apply,
  int,
  normalizeAxes,
  type Op,
  type Shape,
  sameDType,
  sameShape,
  sizeOf,
  type Tensor,
} from '../op.ts';
import { constant, constantData } from './constant.ts';

/**
 * Reads the elements, in their order, as another shape.
 *
 * @param shape The new shape; one size may be -1 and follows from the others.
 * @throws GanfitError `shape` when the counts differ.
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const known = sizeOf(shape.filter((size) => size !== -1));
  const full = shape.map((size) => (size === -1 ? sizeOf(x.shape) / known : size));
  if (sameShape(full, x.shape)) return x;
  const data = constantData(x);
  if (data && sizeOf(full) === data.length) return constant(data, full);
  const source = x.op === (reshapeOp as Op<unknown>) ? x.inputs[0] : x;
  return sameShape(full, source.shape) ? source : apply(reshapeOp, [source], full);
}

/** Takes out axes of size 1; all of them by default. */
export function squeeze(x: Tensor, axes?: number | readonly number[]): Tensor {
  const ones = x.shape.flatMap((size, i) => (size === 1 ? [i] : []));
  const list = axes === undefined ? ones : normalizeAxes('squeeze', axes, x.shape.length);
  if (list.some((axis) => x.shape[axis] !== 1)) {
    throw new GanfitError('shape', `squeeze: axes [${list}] must have size 1, got shape [${x.shape}].`);
  }
  return reshape(
    x,
    x.shape.filter((_, i) => !list.includes(i)),
  );
}

/** Puts in axes of size 1; positions count in the result. */
export function unsqueeze(x: Tensor, axes: number | readonly number[]): Tensor {
  const count = typeof axes === 'number' ? 1 : axes.length;
  const list = normalizeAxes('unsqueeze', axes, x.shape.length + count);
  const shape = [...x.shape];
  for (const axis of list) shape.splice(axis, 0, 1);
  return reshape(x, shape);
}

const reshapeOp: Op<Shape> = {
  name: 'reshape',
  shape: ([x], shape) => {
    if (sizeOf(shape) !== sizeOf(x.shape)) {
      throw new GanfitError(
        'shape',
        `reshape: [${x.shape}] must have as many elements as the target, got [${shape}].`,
      );
    }
    return shape;
  },
  dtype: sameDType,
  emit: (graph, [x], { shape }) => graph.node('Reshape', [x, graph.integers(shape)], { allowzero: int(1) }),
  vjp: (cotangent, [x]) => [() => reshape(cotangent, x.shape)],
};
