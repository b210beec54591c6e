import { GanfitError } from '../../error.ts';
import { apply, type DType, type Op, type Shape, sizeOf, stopsGradient, type Tensor } from '../op.ts';

/** Typed arrays that a traced constant may hold; bytes are booleans. */
export type ConstantData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** What a constant is made of. */
export interface ConstantAttributes {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly data: ConstantData;
}

/**
 * Traces a constant. Typed arrays are kept by reference and must not be changed afterwards.
 *
 * @param data Row-major elements; the type follows from the array, plain numbers give float32, bytes give bool.
 * @param shape Its shape; the product must be the length of `data`.
 * @throws GanfitError `shape` when the length does not fit.
 */
export function constant(data: ConstantData | readonly number[], shape: Shape): Tensor<ConstantAttributes> {
  const typed = isTyped(data) ? data : Float32Array.from(data);
  if (typed.length !== sizeOf(shape)) {
    throw new GanfitError(
      'shape',
      `constant: shape [${shape}] must hold as many elements as the data, got ${typed.length} elements.`,
    );
  }
  return apply(constantOp, [], { shape, dtype: dtypeOf(typed), data: typed });
}

/** Traces a single float32 number, shape `[]`. */
export function scalar(x: number): Tensor<ConstantAttributes> {
  return constant([x], []);
}

/** Traces a tensor of one repeated value, float32. */
export function filled(value: number, shape: Shape): Tensor<ConstantAttributes> {
  return constant(new Float32Array(sizeOf(shape)).fill(value), shape);
}

/** The data of a tensor that is a constant as it stands, else `null`. */
export function constantData(tensor: Tensor): ConstantData | null {
  return tensor.op === (constantOp as Op<unknown>) ? (tensor.attributes as ConstantAttributes).data : null;
}

/** Numbers in the typed array of an element type. */
export function arrayOf(dtype: DType, values: readonly number[]): ConstantData {
  if (dtype === 'int32') return Int32Array.from(values);
  if (dtype === 'int64') return BigInt64Array.from(values, (value) => BigInt(value));
  return dtype === 'bool' ? Uint8Array.from(values) : Float32Array.from(values);
}

const constantOp: Op<ConstantAttributes> = {
  name: 'constant',
  shape: (_inputs, { shape }) => shape,
  dtype: (_inputs, { dtype }) => dtype,
  emit: (graph, _inputs, { attributes }) =>
    graph.constant(attributes.dtype, attributes.shape, attributes.data),
  vjp: stopsGradient('a constant reads nothing'),
};

function isTyped(data: ConstantData | readonly number[]): data is ConstantData {
  return ArrayBuffer.isView(data);
}

function dtypeOf(data: ConstantData): DType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Int32Array) return 'int32';
  return data instanceof BigInt64Array ? 'int64' : 'bool';
}
