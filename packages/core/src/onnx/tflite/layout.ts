import type { OnnxTensor } from '../model.ts';

/** Axes of `[N, H, W, C]` in the order of `[N, C, H, W]`, and back. */
export const TO_CHANNELS_FIRST = [0, 3, 1, 2] as const;
export const TO_CHANNELS_LAST = [0, 2, 3, 1] as const;

/** A constant with its axes in another order: axis i of the result is axis `order[i]` of the source. */
export function permuted(
  data: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): { data: Float32Array; shape: number[] } {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const to = order.map((axis) => shape[axis]);
  const step = order.map((axis) => strides[axis]);
  const result = new Float32Array(data.length);
  const index = new Array(to.length).fill(0);
  let from = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = data[from];
    for (let axis = to.length - 1; axis >= 0; axis--) {
      from += step[axis];
      if (++index[axis] < to[axis]) break;
      from -= step[axis] * to[axis];
      index[axis] = 0;
    }
  }
  return { data: result, shape: to };
}

/** A shape of a picture in the order of ONNX; other shapes stay. */
export function channelsFirst(shape: readonly number[]): number[] {
  return shape.length === 4 ? TO_CHANNELS_FIRST.map((axis) => shape[axis]) : [...shape];
}

/** An axis of a picture in the order of ONNX; axes of other tensors stay. Negative ones count from the end. */
export function channelsFirstAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  return rank === 4 ? TO_CHANNELS_FIRST.indexOf(positive as 0) : positive;
}

export function int64s(name: string, values: readonly number[]): OnnxTensor {
  return { name, dtype: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}

/** Padding before and behind of a window that slides over `length` (TensorFlow's SAME), which puts the odd one behind. */
export function samePadding(length: number, kernel: number, stride: number, dilation = 1): [number, number] {
  const reach = (kernel - 1) * dilation + 1;
  const total = Math.max(0, (Math.ceil(length / stride) - 1) * stride + reach - length);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}
