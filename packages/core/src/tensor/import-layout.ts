import {
  constantOf,
  floatsOf,
  inputOf,
  intOf,
  intsOf,
  knownInput,
  type Reader,
  type Reading,
  refuse,
  settingOf,
  stringOf,
} from './import-node.ts';
import { broadcastShapes, normalizeAxes, sizeOf, type Tensor } from './op.ts';
import {
  broadcastTo,
  concat,
  constant,
  filled,
  gather,
  max,
  mean,
  neg,
  pad,
  reshape,
  slice,
  sqrt,
  square,
  squeeze,
  sum,
  transpose,
  unsqueeze,
} from './ops/index.ts';

/** How ONNX nodes that move, select or gather up elements are traced, by node type. */
export const LAYOUT: Readonly<Record<string, Reader>> = {
  Concat: (reading) =>
    concat(
      reading.inputs.map((_, i) => inputOf(reading, i)),
      intOf(reading, 'axis', 1),
    ),
  Constant: readConstant,
  ConstantOfShape: (reading) => {
    const value = reading.node.attributes['value'];
    const fill = value?.kind === 'tensor' ? Number(value.value.data[0]) : 0;
    const shape = knownInput(reading, 0) ?? [];
    if (value?.kind === 'tensor' && value.value.dtype === 'int64') {
      return constant(new BigInt64Array(sizeOf(shape)).fill(BigInt(fill)), shape);
    }
    return filled(fill, shape);
  },
  Expand: (reading) => {
    const x = inputOf(reading, 0);
    return broadcastTo(x, broadcastShapes('importOnnx: Expand', x.shape, knownInput(reading, 1) ?? []));
  },
  Flatten: (reading) => {
    const x = inputOf(reading, 0);
    const axis = intOf(reading, 'axis', 1);
    return reshape(x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))]);
  },
  Gather: (reading) => {
    const [x, indices] = [inputOf(reading, 0), inputOf(reading, 1)];
    return gather(x, indices, intOf(reading, 'axis', 0));
  },
  Pad: readPad,
  ReduceL2: (reading) => sqrt(reduce(reading, (x, ...rest) => sum(square(x), ...rest))),
  ReduceMax: (reading) => reduce(reading, max),
  ReduceMean: (reading) => reduce(reading, mean),
  ReduceMin: (reading) => reduce(reading, (x, ...rest) => neg(max(neg(x), ...rest))),
  ReduceSum: (reading) => reduce(reading, sum),
  Reshape: readReshape,
  Shape: (reading) => {
    const { shape } = inputOf(reading, 0);
    const part = shape.slice(intOf(reading, 'start', 0), intOf(reading, 'end', shape.length));
    return constant(BigInt64Array.from(part, BigInt), [part.length]);
  },
  Slice: (reading) => {
    const starts = settingOf(reading, 'starts', 1) ?? [];
    const ends = settingOf(reading, 'ends', 2) ?? [];
    return slice(inputOf(reading, 0), starts, ends, settingOf(reading, 'axes', 3), knownInput(reading, 4));
  },
  Split: readSplit,
  Squeeze: (reading) => squeeze(inputOf(reading, 0), settingOf(reading, 'axes', 1)),
  Tile: (reading) => {
    const repeats = knownInput(reading, 1) ?? [];
    return repeats.reduce<Tensor>(
      (x, count, axis) => concat(Array(count).fill(x), axis),
      inputOf(reading, 0),
    );
  },
  Transpose: (reading) => {
    const x = inputOf(reading, 0);
    return transpose(x, intsOf(reading, 'perm') ?? x.shape.map((_, i) => i).reverse());
  },
  Unsqueeze: (reading) => unsqueeze(inputOf(reading, 0), settingOf(reading, 'axes', 1) ?? []),
};

function readConstant(reading: Reading): Tensor {
  const value = reading.node.attributes['value'];
  if (value?.kind === 'tensor') return constantOf(reading.node, value.value);
  const floats = floatsOf(reading, 'value_floats');
  if (floats) return constant(floats, [floats.length]);
  const ints = intsOf(reading, 'value_ints');
  if (ints) return constant(BigInt64Array.from(ints, BigInt), [ints.length]);
  const float = reading.node.attributes['value_float'];
  if (float?.kind === 'float') return constant([float.value], []);
  const int = reading.node.attributes['value_int'];
  if (int?.kind === 'int') return constant(BigInt64Array.of(BigInt(int.value)), []);
  return refuse(reading.node, 'hold numbers', Object.keys(reading.node.attributes).join(', ') || 'nothing');
}

/** Zero copies a size and -1 is what remains. */
function readReshape(reading: Reading): Tensor {
  const x = inputOf(reading, 0);
  const wanted = settingOf(reading, 'shape', 1) ?? [];
  const copied = wanted.map((size, i) => (size === 0 ? x.shape[i] : size));
  // Files that were exported for one picture often write a leading 1 where the batch size is meant.
  const isBatch = copied[0] === 1 && reading.batch > 1 && x.shape[0] === reading.batch;
  return reshape(x, isBatch ? [reading.batch, ...copied.slice(1)] : copied);
}

function readPad(reading: Reading): Tensor {
  const x = inputOf(reading, 0);
  const mode = stringOf(reading, 'mode', 'constant');
  if (mode !== 'constant') refuse(reading.node, 'pad with a constant', mode);
  const counts = settingOf(reading, 'pads', 1) ?? [];
  const axes = (knownInput(reading, 3) ?? x.shape.map((_, i) => i)).map((axis) =>
    axis < 0 ? axis + x.shape.length : axis,
  );
  const before = x.shape.map((_, i) => (axes.includes(i) ? counts[axes.indexOf(i)] : 0));
  const after = x.shape.map((_, i) => (axes.includes(i) ? counts[axes.length + axes.indexOf(i)] : 0));
  const attribute = reading.node.attributes['value'];
  const value = attribute?.kind === 'float' ? attribute.value : (knownInput(reading, 2)?.[0] ?? 0);
  return pad(x, before, after, value);
}

function readSplit(reading: Reading): Tensor[] {
  const x = inputOf(reading, 0);
  const [axis] = normalizeAxes('importOnnx: Split', intOf(reading, 'axis', 0), x.shape.length);
  const parts = reading.node.outputs.length;
  const even = Math.ceil(x.shape[axis] / parts);
  const sizes = settingOf(reading, 'split', 1) ?? Array<number>(parts).fill(even);
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return slice(x, [start - size], [start], [axis]);
  });
}

function reduce(
  reading: Reading,
  op: (x: Tensor, axes: readonly number[] | undefined, keepDims: boolean) => Tensor,
): Tensor {
  const x = inputOf(reading, 0);
  const axes = settingOf(reading, 'axes', 1);
  if (!axes?.length && intOf(reading, 'noop_with_empty_axes', 0) === 1) return x;
  return op(x, axes?.length ? axes : undefined, intOf(reading, 'keepdims', 1) === 1);
}
