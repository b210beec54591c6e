import { GanfitError } from '../../error.ts';
import { apply, int, normalizeAxes, type Op, sameDType, sizeOf, string, type Tensor } from '../op.ts';
import { arrayOf } from './constant.ts';
import { reshape } from './reshape.ts';

/**
 * Looks up slices by index.
 *
 * @param x Where to look, `[..., rows, ...]`.
 * @param indices int32 or int64 of any shape, in [0, rows).
 * @param axis Axis that is looked up, 0 by default; the axes of `indices` take its place.
 */
export function gather(x: Tensor, indices: Tensor, axis = 0): Tensor {
  return apply(gatherOp, [x, indices], normalizeAxes('gather', axis, x.shape.length)[0]);
}

/**
 * Adds rows up by index: `out[indices[i], ...] += updates[i, ...]`, the adjoint of `gather`.
 *
 * @param indices int32 or int64, `[n]`, in [0, rows).
 * @param updates What is added, `[n, ...]`.
 * @param rows Rows of the result, `[rows, ...]`.
 */
export function scatterAdd(indices: Tensor, updates: Tensor, rows: number): Tensor {
  return apply(scatterAddOp, [indices, updates], { axis: 0, rows });
}

const gatherOp: Op<number> = {
  name: 'gather',
  shape: ([x, indices], axis) => {
    requireIndices('gather', indices);
    return [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  },
  dtype: sameDType,
  emit: (graph, inputs, { attributes: axis }) => graph.node('Gather', inputs, { axis: int(axis) }),
  vjp: (cotangent, [x, indices], { attributes: axis }) => [
    () => {
      const count = sizeOf(indices.shape);
      const updates = reshape(cotangent, [...x.shape.slice(0, axis), count, ...x.shape.slice(axis + 1)]);
      return apply(scatterAddOp, [reshape(indices, [count]), updates], { axis, rows: x.shape[axis] });
    },
    null,
  ],
};

const scatterAddOp: Op<{ readonly axis: number; readonly rows: number }> = {
  name: 'scatterAdd',
  shape: ([indices, updates], { axis, rows }) => {
    requireIndices('scatterAdd', indices);
    if (indices.shape.length !== 1 || updates.shape[axis] !== indices.shape[0]) {
      throw new GanfitError(
        'shape',
        `scatterAdd: each update must have one index, got indices [${indices.shape}] for updates [${updates.shape}].`,
      );
    }
    return updates.shape.map((size, i) => (i === axis ? rows : size));
  },
  dtype: (inputs) => inputs[1].dtype,
  // Never ScatterND with reduction add: on several threads it loses updates of repeated indices.
  emit: (graph, [indices, updates], { attributes: { axis }, inputs: [, update], shape, dtype }) => {
    // ScatterElements wants an index for every single element.
    const column = update.shape.map((size, i) => (i === axis ? size : 1));
    const spread = graph.node('Expand', [
      graph.node('Reshape', [indices, graph.integers(column)]),
      graph.integers(update.shape),
    ]);
    const zero = graph.constant(dtype, [], arrayOf(dtype, [0]));
    const zeros = graph.node('Expand', [zero, graph.integers(shape)]);
    const attributes = { axis: int(axis), reduction: string('add') };
    return graph.node('ScatterElements', [zeros, spread, updates], attributes);
  },
  vjp: (cotangent, [indices], { attributes: { axis } }) => [null, () => gather(cotangent, indices, axis)],
};

function requireIndices(where: string, indices: Tensor): void {
  if (indices.dtype !== 'int32' && indices.dtype !== 'int64') {
    throw new GanfitError(
      'shape',
      `${where}: indices must be int32 or int64, got ${indices.dtype}. Cast them.`,
    );
  }
}
