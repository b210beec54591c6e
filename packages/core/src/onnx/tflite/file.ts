import { GanfitError } from '../../error.ts';
import type { OnnxDType, OnnxTensor } from '../model.ts';
import {
  bytesField,
  intField,
  intsField,
  rootTable,
  type Table,
  tableField,
  tablesField,
  textField,
} from './flatbuffer.ts';

/** A value of a graph in a TensorFlow Lite file. */
export interface TfliteTensor {
  readonly name: string;
  readonly dtype: OnnxDType;
  /** As in the file: pictures are `[N, H, W, C]`. */
  readonly shape: readonly number[];
  /** The numbers of a constant. */
  readonly data?: OnnxTensor['data'];
}

/** One operation of such a graph. */
export interface TfliteOperator {
  /** Name of the operation as the schema has it (CONV_2D); of a custom one its own. */
  readonly op: string;
  /** Indices of tensors; -1 is left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options?: Table;
  readonly customOptions: Uint8Array;
}

/** The first graph of a TensorFlow Lite file. */
export interface TfliteGraph {
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  /** Indices of tensors. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** Numbers of operations in the schema (`schema.fbs`, BuiltinOperator): those that can be converted. */
const OPERATIONS: Readonly<Record<number, string>> = {
  0: 'ADD',
  1: 'AVERAGE_POOL_2D',
  2: 'CONCATENATION',
  3: 'CONV_2D',
  4: 'DEPTHWISE_CONV_2D',
  6: 'DEQUANTIZE',
  9: 'FULLY_CONNECTED',
  14: 'LOGISTIC',
  17: 'MAX_POOL_2D',
  18: 'MUL',
  19: 'RELU',
  21: 'RELU6',
  22: 'RESHAPE',
  23: 'RESIZE_BILINEAR',
  25: 'SOFTMAX',
  28: 'TANH',
  34: 'PAD',
  40: 'MEAN',
  41: 'SUB',
  42: 'DIV',
  43: 'SQUEEZE',
  47: 'EXP',
  54: 'PRELU',
  55: 'MAXIMUM',
  57: 'MINIMUM',
  59: 'NEG',
  67: 'TRANSPOSE_CONV',
  75: 'SQRT',
  98: 'LEAKY_RELU',
  101: 'ABS',
  117: 'HARD_SWISH',
};
const CUSTOM = 32;

/** Element types of the schema (TensorType) that are taken. */
const DTYPES: Readonly<Record<number, OnnxDType>> = { 0: 'float32', 1: 'float16', 2: 'int32', 4: 'int64' };

/** Whether the bytes are a TensorFlow Lite file, by its identifier. */
export function isTflite(bytes: Uint8Array): boolean {
  return bytes.length > 8 && String.fromCharCode(...bytes.subarray(4, 8)) === 'TFL3';
}

/**
 * Reads a TensorFlow Lite file (FlatBuffers, schema version 3).
 *
 * @throws GanfitError `format` for a damaged file and for tensors of quantized networks.
 */
export function readTflite(bytes: Uint8Array): TfliteGraph {
  try {
    return readFile(bytes);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new GanfitError(
      'format',
      `TFLite file of ${bytes.length} bytes: must be whole, got offsets that leave it. Download the file again.`,
      { cause },
    );
  }
}

function readFile(bytes: Uint8Array): TfliteGraph {
  const file = isTflite(bytes) ? rootTable(bytes) : undefined;
  const graph = file && tablesField(file, 2)[0];
  if (!graph) {
    throw new GanfitError(
      'format',
      `TFLite file of ${bytes.length} bytes: must begin with its identifier TFL3 and hold a graph, got neither. ` +
        'Is it a TensorFlow Lite model?',
    );
  }
  const codes = tablesField(file, 1).map(operationName);
  const buffers = tablesField(file, 4);
  return {
    tensors: tablesField(graph, 0).map((tensor, i) => readTensor(tensor, i, buffers)),
    inputs: intsField(graph, 1),
    outputs: intsField(graph, 2),
    operators: tablesField(graph, 3).map((operator) => ({
      op: codes[intField(operator, 0, 32)],
      inputs: intsField(operator, 1),
      outputs: intsField(operator, 2),
      options: tableField(operator, 4),
      customOptions: bytesField(operator, 5),
    })),
  };
}

function operationName(code: Table): string {
  // Old files have the number in the first field, of one byte; new ones in the last, which may be larger.
  const number = Math.max(intField(code, 0, 8), intField(code, 3, 32));
  return number === CUSTOM ? textField(code, 1) : (OPERATIONS[number] ?? `operation ${number}`);
}

function readTensor(tensor: Table, index: number, buffers: readonly Table[]): TfliteTensor {
  // Two tensors of one name are allowed in this format and not in ONNX.
  const name = `${textField(tensor, 3)}:${index}`;
  const code = intField(tensor, 1, 8);
  const dtype = DTYPES[code];
  if (!dtype) {
    throw new GanfitError(
      'format',
      `TFLite file, tensor "${name}": must hold float32, float16, int32 or int64, got type ${code}. ` +
        'Take a version of the network that is not quantized.',
    );
  }
  const shape = intsField(tensor, 0);
  const raw = bytesField(buffers[intField(tensor, 2, 32)] ?? tensor, 0);
  if (!buffers[intField(tensor, 2, 32)] || raw.length === 0) return { name, dtype, shape };
  const count = shape.reduce((product, size) => product * size, 1);
  const { array, size } = {
    float32: { array: Float32Array, size: 4 },
    float16: { array: Uint16Array, size: 2 },
    int32: { array: Int32Array, size: 4 },
    int64: { array: BigInt64Array, size: 8 },
  }[dtype as 'float32' | 'float16' | 'int32' | 'int64'];
  if (raw.length !== size * count) {
    throw new GanfitError(
      'format',
      `TFLite file, tensor "${name}": must hold ${size * count} bytes for its shape [${shape}], got ${raw.length}. ` +
        'Sparse weights are not taken.',
    );
  }
  // A copy, because vectors need not begin where a typed array may; Uint8Array.prototype, as Node's Buffer would give a view.
  const data = new array(Uint8Array.prototype.slice.call(raw).buffer as ArrayBuffer);
  return { name, dtype, shape, data };
}
