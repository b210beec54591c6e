import type { Tensor as OrtTensor } from 'onnxruntime-common';
import { GanfitError } from '../error.ts';
import { halfToFloat } from '../onnx/index.ts';

/** Arrays that can be fed: float32, int32, int64, and bool or uint8 as bytes. They are read, not copied. */
export type FeedData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** The declared form of an input or output; a dimension that is a word may have any size. */
export interface ValueInfo {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly (number | string)[];
}

const ARRAYS: Readonly<Record<string, { readonly name: string; new (length: number): FeedData }>> = {
  float32: Float32Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/**
 * Checks what is fed to an input against its declaration.
 *
 * @param shape The fed shape; undefined for "as declared".
 * @returns The shape to feed.
 * @throws GanfitError 'shape' with the input's name and both shapes.
 */
export function checkFeed(
  where: string,
  info: ValueInfo,
  data: FeedData | undefined,
  shape: readonly number[] = info.shape.map(Number),
): readonly number[] {
  const wanted = ARRAYS[info.dtype];
  const fits =
    shape.length === info.shape.length &&
    shape.every((size, axis) => typeof info.shape[axis] === 'string' || info.shape[axis] === size);
  const count = shape.reduce((product, size) => product * size, 1);
  if (wanted && data instanceof wanted && fits && data.length === count) return shape;
  const got = data ? `[${shape}] as ${data.length} values in a ${data.constructor.name}` : 'nothing';
  throw new GanfitError(
    'shape',
    `${where}: input "${info.name}" must be ${info.dtype} [${info.shape}]${wanted ? ` in a ${wanted.name}` : ''}, ` +
      `got ${got}. Feed every input by its name in its declared shape.`,
  );
}

/** The values of an output as float32: as they are, or converted from the other types (booleans to 0 and 1). */
export function floatsOf(tensor: OrtTensor): Float32Array {
  const data = tensor.data;
  if (data instanceof Float32Array) return data;
  if (data instanceof Uint16Array && tensor.type === 'float16') return halfToFloat(data);
  return Float32Array.from(data as ArrayLike<unknown>, Number);
}
