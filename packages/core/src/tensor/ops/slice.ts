import { GanfitError } from '../../error.ts';
import { apply, normalizeAxes, type Op, sameDType, type Tensor } from '../op.ts';
import { arrayOf } from './constant.ts';
import { reshape } from './reshape.ts';

/** Bounds of a slice on every axis; `count` elements are taken. */
export interface SliceAttributes {
  readonly starts: readonly number[];
  readonly steps: readonly number[];
  readonly counts: readonly number[];
}

/**
 * Takes a regular part, as NumPy's `x[start:end:step]`: negative bounds count from the end, bounds outside are moved
 * inside.
 *
 * @param starts First element, for each of `axes`.
 * @param ends Element before which to stop; `Infinity` for the end, and `-Infinity` with a negative step.
 * @param axes Axes that are cut; the first ones by default.
 * @param steps Distance of taken elements, not 0; 1 by default.
 */
export function slice(
  x: Tensor,
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[] = starts.map((_, i) => i),
  steps: readonly number[] = starts.map(() => 1),
): Tensor {
  normalizeAxes('slice', axes, x.shape.length);
  const attributes = {
    starts: x.shape.map(() => 0),
    steps: x.shape.map(() => 1),
    counts: [...x.shape],
  };
  axes.forEach((signed, i) => {
    const axis = signed < 0 ? signed + x.shape.length : signed;
    const [size, step] = [x.shape[axis], steps[i]];
    const inside = (bound: number) => {
      const positive = bound < 0 && bound >= -size ? bound + size : bound;
      return step > 0 ? Math.min(Math.max(positive, 0), size) : Math.min(Math.max(positive, -1), size - 1);
    };
    attributes.starts[axis] = inside(starts[i]);
    attributes.steps[axis] = step;
    attributes.counts[axis] = Math.max(0, Math.ceil((inside(ends[i]) - inside(starts[i])) / step));
  });
  return attributes.counts.every((count, i) => count === x.shape[i] && attributes.steps[i] === 1)
    ? x
    : apply(sliceOp, [x], attributes);
}

/**
 * Adds borders of one value.
 *
 * @param before How many elements come before, on each axis; not negative.
 * @param after How many come after.
 * @param value What the borders hold, 0 by default.
 */
export function pad(x: Tensor, before: readonly number[], after: readonly number[], value = 0): Tensor {
  return [...before, ...after].every((count) => count === 0) && before.length === x.shape.length
    ? x
    : apply(padOp, [x], { before, after, value });
}

/** Puts elements where `slice` took them, zeros elsewhere: the adjoint of `slice`. */
export function unslice(
  x: Tensor,
  shape: readonly number[],
  { starts, steps, counts }: SliceAttributes,
): Tensor {
  let result = x;
  const before: number[] = shape.map(() => 0);
  const after: number[] = shape.map(() => 0);
  shape.forEach((size, axis) => {
    const [count, stride] = [counts[axis], Math.abs(steps[axis])];
    if (steps[axis] < 0) result = slice(result, [count - 1], [Number.NEGATIVE_INFINITY], [axis], [-1]);
    if (stride > 1) {
      // Zeros between the elements are borders of an axis beside them; those behind the last one go again.
      const [head, tail] = [result.shape.slice(0, axis), result.shape.slice(axis + 1)];
      const border = [...head, count, 1, ...tail].map((_, i) => (i === axis + 1 ? stride - 1 : 0));
      const spread = pad(
        reshape(result, [...head, count, 1, ...tail]),
        border.map(() => 0),
        border,
      );
      const length = (count - 1) * stride + 1;
      result = slice(reshape(spread, [...head, count * stride, ...tail]), [0], [length], [axis]);
    }
    before[axis] = steps[axis] < 0 ? starts[axis] + (count - 1) * steps[axis] : starts[axis];
    after[axis] = size - before[axis] - result.shape[axis];
  });
  return pad(result, before, after);
}

const sliceOp: Op<SliceAttributes> = {
  name: 'slice',
  shape: (_inputs, { counts, steps, starts }) => {
    if (counts.some((count) => count < 1) || steps.includes(0)) {
      throw new GanfitError(
        'shape',
        `slice: at least one element must be taken on every axis, got counts [${counts}] from starts [${starts}].`,
      );
    }
    return counts;
  },
  dtype: sameDType,
  emit: (graph, [x], { attributes: { starts, steps, counts }, inputs: [{ shape }] }) => {
    const axes = shape.flatMap((size, i) => (counts[i] !== size || steps[i] !== 1 ? [i] : []));
    // An end before the first element must lie so far out that it does not count from the end.
    const end = (i: number) => {
      const bound = starts[i] + (counts[i] - 1) * steps[i] + Math.sign(steps[i]);
      return bound < 0 ? -shape[i] - 1 : bound;
    };
    return graph.node('Slice', [
      x,
      graph.integers(axes.map((i) => starts[i])),
      graph.integers(axes.map(end)),
      graph.integers(axes),
      graph.integers(axes.map((i) => steps[i])),
    ]);
  },
  vjp: (cotangent, [x], { attributes }) => [() => unslice(cotangent, x.shape, attributes)],
};

const padOp: Op<{
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
}> = {
  name: 'pad',
  shape: ([x], { before, after }) => {
    const counts = [...before, ...after];
    if (counts.length !== 2 * x.shape.length || counts.some((count) => count < 0)) {
      throw new GanfitError(
        'shape',
        `pad: borders of [${x.shape}] must be one not negative count per axis and side, got [${before}] and [${after}].`,
      );
    }
    return x.shape.map((size, i) => before[i] + size + after[i]);
  },
  dtype: sameDType,
  emit: (graph, [x], { attributes: { before, after, value }, dtype }) =>
    graph.node('Pad', [
      x,
      graph.integers([...before, ...after]),
      graph.constant(dtype, [], arrayOf(dtype, [value])),
    ]),
  vjp: (cotangent, [x], { attributes: { before } }) => [
    () =>
      slice(
        cotangent,
        before,
        before.map((count, i) => count + x.shape[i]),
      ),
  ],
};
