import { GanfitError } from '../error.ts';
import type { OnnxAttribute, OnnxTensor } from '../onnx/model.ts';

/** Sizes of a tensor, outermost first; `[]` is a single number. */
export type Shape = readonly number[];

/** Element types that graphs are traced with. */
export type DType = 'float32' | 'int32' | 'int64' | 'bool';

/** Where a graph will run; decides between formulations of equal value. */
export type Provider = 'cpu' | 'wasm' | 'webgpu';

/**
 * A traced tensor: what is known before anything runs. It holds no data, only how it is computed.
 */
export interface Tensor<A = unknown> {
  readonly shape: Shape;
  readonly dtype: DType;
  /** The operation that gives this tensor. */
  readonly op: Op<A>;
  /** What the operation reads. */
  readonly inputs: readonly Tensor[];
  /** Settings of the operation. */
  readonly attributes: A;
}

/** Everything there is to know about one operation. Every rule is required. */
export interface Op<A = null> {
  /** Name of the operation, as the function that traces it. */
  readonly name: string;
  /** Shape rule: the result's shape, or a `GanfitError` of code `shape`. */
  shape(inputs: readonly Tensor[], attributes: A): Shape;
  /** Type rule: the result's element type. */
  dtype(inputs: readonly Tensor[], attributes: A): DType;
  /** ONNX rule: writes the nodes and says which value is the result. */
  emit(graph: GraphWriter, inputs: readonly string[], output: Tensor<A>): string;
  /**
   * Gradient rule: for every input, how the output's cotangent becomes the input's, or `null` where the output does
   * not depend smoothly on it. Each stands in a function of its own, so that what nobody asks for is never traced.
   * Rules are written in traced operations: a gradient can be differentiated again.
   */
  vjp(cotangent: Tensor, inputs: readonly Tensor[], output: Tensor<A>): readonly ((() => Tensor) | null)[];
}

/** What an ONNX rule writes into. Equal nodes and equal constants are written once. */
export interface GraphWriter {
  readonly provider: Provider;
  /** Writes a node with one output and names that output. */
  node(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, OnnxAttribute>>): string;
  /** Names a stored constant. Large data is kept by reference. */
  constant(dtype: DType, shape: Shape, data: OnnxTensor['data']): string;
  /** Names a constant list of int64, `[n]`: axes, shapes and bounds of ONNX nodes. */
  integers(values: readonly number[]): string;
  /** Computes data from a constant's data, once for each `key` in a model. */
  derive(data: OnnxTensor['data'], key: string, compute: () => OnnxTensor['data']): OnnxTensor['data'];
}

/** Applies an operation: the only way in which tensors come to be. */
export function apply<A>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor<A> {
  return {
    shape: op.shape(inputs, attributes),
    dtype: op.dtype(inputs, attributes),
    op,
    inputs,
    attributes,
  };
}

/** The gradient rule of an operation that no gradient passes; the reason is for the reader. */
export function stopsGradient(_reason: string): Op<unknown>['vjp'] {
  return (_cotangent, inputs) => inputs.map(() => null);
}

/** The type rule of most operations: as the first input. */
export function sameDType(inputs: readonly Tensor[]): DType {
  return inputs[0].dtype;
}

/** Counts the elements of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Whether two shapes are the same list. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/**
 * The shape that two shapes broadcast to, as in NumPy.
 *
 * @throws GanfitError `shape` when sizes differ and none is 1.
 */
export function broadcastShapes(where: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1;
    const right = b[i - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new GanfitError('shape', `${where}: shapes must broadcast, got [${a}] and [${b}].`);
    }
    return left === 1 ? right : left;
  });
}

/**
 * Turns axes that may count from the end into sorted ones that count from the start.
 *
 * @throws GanfitError `shape` when an axis is outside the rank or named twice.
 */
export function normalizeAxes(where: string, axes: number | readonly number[], rank: number): number[] {
  const list = (typeof axes === 'number' ? [axes] : axes).map((axis) => (axis < 0 ? axis + rank : axis));
  const sorted = [...list].sort((a, b) => a - b);
  if (
    sorted.some((axis, i) => !Number.isInteger(axis) || axis < 0 || axis >= rank || axis === sorted[i - 1])
  ) {
    throw new GanfitError(
      'shape',
      `${where}: axes must be different and inside rank ${rank}, got [${typeof axes === 'number' ? axes : axes.join(', ')}].`,
    );
  }
  return sorted;
}

/** An integer attribute. */
export const int = (value: number): OnnxAttribute => ({ kind: 'int', value });
/** A list of integers as attribute. */
export const ints = (value: readonly number[]): OnnxAttribute => ({ kind: 'ints', value });
/** A float attribute. */
export const float = (value: number): OnnxAttribute => ({ kind: 'float', value });
/** A word as attribute. */
export const string = (value: string): OnnxAttribute => ({ kind: 'string', value });
