/** Element types that a graph of ours or a network file may hold. */
export type OnnxDType = 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'int8' | 'bool' | 'float16';

/**
 * A named constant. `data` holds `product(shape)` elements, row-major; `bool` is one byte per element in a Uint8Array
 * and `float16` its bits in a Uint16Array.
 */
export interface OnnxTensor {
  readonly name: string;
  readonly dtype: OnnxDType;
  readonly shape: readonly number[];
  readonly data:
    | Float32Array
    | Float64Array
    | Int32Array
    | BigInt64Array
    | Uint8Array
    | Int8Array
    | Uint16Array;
}

/** A setting of a node. Integers are int64 in the file and plain numbers here (2^53 is enough for every axis). */
export type OnnxAttribute =
  | { kind: 'int'; value: number }
  | { kind: 'ints'; value: readonly number[] }
  | { kind: 'float'; value: number }
  | { kind: 'floats'; value: readonly number[] }
  | { kind: 'string'; value: string }
  | { kind: 'tensor'; value: OnnxTensor };

/** One operation. An input named '' is left out; no domain means the standard operators. */
export interface OnnxNode {
  readonly op: string;
  readonly name?: string;
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A fed or fetched value; a dimension is a number, a name, or '?' when the file does not say. */
export interface OnnxValue {
  readonly name: string;
  readonly dtype: OnnxDType;
  readonly shape: readonly (number | string)[];
}

/** A whole graph as plain data: what `readModel` gives and `writeModel` takes. */
export interface OnnxModel {
  /** Version of the standard operators that `nodes` follow. */
  readonly opset: number;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly initializers: readonly OnnxTensor[];
  readonly nodes: readonly OnnxNode[];
}
