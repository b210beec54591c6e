import { intOf, knownInput, knownNumbers, type Reading, settingOf } from './import-node.ts';
import { broadcastShapes, type DType, type Shape, sizeOf, type Tensor } from './op.ts';
import { constant } from './ops/constant.ts';

/** Numbers that are known while reading. */
interface Known {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly values: readonly number[];
}

/** Longer constants than any shape are computed by the graph, not here. */
const LONGEST = 64;

/**
 * Computes a node at once when everything it reads is a number or a short list of them, as in the chains by which exporters compute
 * shapes from shapes; undefined when the node must be traced.
 */
export function foldNumbers(reading: Reading): Tensor | undefined {
  const fold = FOLDS[reading.node.op];
  if (!fold || reading.inputs.length === 0) return undefined;
  const known: Known[] = [];
  for (const input of reading.inputs) {
    if (!input || input.shape.length > 1 || sizeOf(input.shape) > LONGEST) return undefined;
    const values = knownNumbers(input);
    if (!values) return undefined;
    known.push({ shape: input.shape, dtype: input.dtype, values });
  }
  const result = fold(reading, known);
  return result && constant(arrayOf(result.dtype, result.values), result.shape);
}

function arrayOf(dtype: DType, values: readonly number[]) {
  switch (dtype) {
    case 'float32':
      return Float32Array.from(values);
    case 'int32':
      return Int32Array.from(values);
    case 'int64':
      return BigInt64Array.from(values, (value) => BigInt(Math.trunc(value)));
    case 'bool':
      return Uint8Array.from(values);
  }
}

type Fold = (reading: Reading, inputs: readonly Known[]) => Known | undefined;

function pairs(rule: (a: number, b: number, whole: boolean) => number): Fold {
  return ({ node }, [a, b]) => {
    const shape = broadcastShapes(node.op, a.shape, b.shape);
    // A list meets a list of its length, or a single number.
    const values = Array.from({ length: sizeOf(shape) }, (_, i) =>
      rule(a.values[i % a.values.length], b.values[i % b.values.length], a.dtype !== 'float32'),
    );
    return { shape, dtype: a.dtype, values };
  };
}

const list = (values: readonly number[], dtype: DType): Known => ({ shape: [values.length], dtype, values });

const FOLDS: Readonly<Record<string, Fold>> = {
  Add: pairs((a, b) => a + b),
  Sub: pairs((a, b) => a - b),
  Mul: pairs((a, b) => a * b),
  Div: pairs((a, b, whole) => (whole ? Math.trunc(a / b) : a / b)),
  Floor: (_reading, [x]) => ({ ...x, values: x.values.map(Math.floor) }),
  Ceil: (_reading, [x]) => ({ ...x, values: x.values.map(Math.ceil) }),
  Cast: (reading, [x]) => {
    const dtype = castTarget(reading);
    const values = dtype === 'float32' ? x.values : x.values.map(Math.trunc);
    return { ...x, dtype, values: dtype === 'bool' ? values.map((value) => Number(value !== 0)) : values };
  },
  Gather: (_reading, [x, indices]) => ({
    shape: indices.shape,
    dtype: x.dtype,
    values: indices.values.map((index) => x.values[index < 0 ? index + x.values.length : index]),
  }),
  Concat: (_reading, parts) =>
    list(
      parts.flatMap((part) => part.values),
      parts[0].dtype,
    ),
  Squeeze: (_reading, [x]) => ({ ...x, shape: [] }),
  Unsqueeze: (_reading, [x]) => (x.shape.length === 0 ? list(x.values, x.dtype) : undefined),
  Slice: (reading, [x]) => {
    const [start] = settingOf(reading, 'starts', 1) ?? [0];
    const [end] = settingOf(reading, 'ends', 2) ?? [x.values.length];
    const [step] = knownInput(reading, 4) ?? [1];
    const taken = x.values.slice(start, Math.min(end, x.values.length));
    return list(
      taken.filter((_, i) => i % step === 0),
      x.dtype,
    );
  },
};

/** The element type of ONNX Cast; half and double precision are read as float32. */
export function castTarget(reading: Reading): DType {
  const code = intOf(reading, 'to', 0);
  if (code === 6 || code === 2 || code === 3) return 'int32';
  if (code === 7) return 'int64';
  return code === 9 ? 'bool' : 'float32';
}
