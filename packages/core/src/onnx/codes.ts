import type { OnnxDType } from './model.ts';

/** What the ONNX file calls each of our element types (TensorProto.DataType) and the array that holds it. */
export const DTYPES = {
  float32: { code: 1, array: Float32Array },
  uint8: { code: 2, array: Uint8Array },
  int8: { code: 3, array: Int8Array },
  int32: { code: 6, array: Int32Array },
  int64: { code: 7, array: BigInt64Array },
  bool: { code: 9, array: Uint8Array },
  float16: { code: 10, array: Uint16Array },
  float64: { code: 11, array: Float64Array },
} as const;

/** Names of the element types we refuse, so that an error can say what the file holds. */
const REFUSED: Readonly<Record<number, string>> = {
  4: 'uint16',
  5: 'int16',
  8: 'string',
  12: 'uint32',
  13: 'uint64',
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
};

/** The element type of a file's code, or undefined when we do not take it. */
export function dtypeOf(code: number): OnnxDType | undefined {
  return (Object.keys(DTYPES) as OnnxDType[]).find((name) => DTYPES[name].code === code);
}

/** A word for any type code. */
export function dtypeWord(code: number): string {
  return dtypeOf(code) ?? REFUSED[code] ?? `type ${code}`;
}

/** AttributeProto.AttributeType. */
export const ATTRIBUTES = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7 } as const;
