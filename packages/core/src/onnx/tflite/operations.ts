import {
  asInFile,
  computed,
  constantOf,
  emit,
  float,
  inOrder,
  inputTensor,
  int,
  integersOf,
  ints,
  keep,
  keepInt64s,
  type Operation,
  outputTensor,
  refuse,
  text,
} from './conversion.ts';
import { floatField, intField } from './flatbuffer.ts';
import { channelsFirst, channelsFirstAxis, permuted, TO_CHANNELS_FIRST } from './layout.ts';
import {
  activated,
  convertConv,
  convertDepthwiseConv,
  convertPool,
  convertTransposeConv,
  convertTransposeConvBias,
  limits,
  option,
} from './windows.ts';

/** How each operation of a TensorFlow Lite file becomes nodes of ONNX. */
export const CONVERTERS: Readonly<Record<string, (operation: Operation) => void>> = {
  ABS: unary('Abs'),
  ADD: binary('Add'),
  AVERAGE_POOL_2D: (operation) => convertPool(operation, 'AveragePool'),
  CONCATENATION: convertConcat,
  CONV_2D: convertConv,
  Convolution2DTransposeBias: convertTransposeConvBias,
  DEPTHWISE_CONV_2D: convertDepthwiseConv,
  DEQUANTIZE(operation) {
    // Constants are widened where they are used; of anything else only 8-bit networks have this.
    if (!constantOf(operation, 0)) refuse(operation, 'widen a constant', 'a computed value');
  },
  DIV: binary('Div'),
  EXP: unary('Exp'),
  FULLY_CONNECTED: convertFullyConnected,
  HARD_SWISH: unary('HardSwish'),
  LEAKY_RELU(operation) {
    const { options } = operation.operator;
    const alpha = options ? floatField(options, 0, 0) : 0;
    emit(operation, 'LeakyRelu', [computed(operation, 0)], { alpha: float(alpha) });
  },
  LOGISTIC: unary('Sigmoid'),
  MAXIMUM: binary('Max'),
  MAX_POOL_2D: (operation) => convertPool(operation, 'MaxPool'),
  MEAN: convertMean,
  MINIMUM: binary('Min'),
  MUL: binary('Mul'),
  NEG: unary('Neg'),
  PAD: convertPad,
  PRELU(operation) {
    const rank = inputTensor(operation, 1).shape.length;
    const order = rank === 3 ? [2, 0, 1] : undefined;
    emit(operation, 'PRelu', [computed(operation, 0), inOrder(operation, 1, order)]);
  },
  RELU: unary('Relu'),
  RELU6: (operation) => {
    emit(operation, 'Clip', [computed(operation, 0), ...limits(operation)]);
  },
  RESHAPE: convertReshape,
  RESIZE_BILINEAR: convertResize,
  SOFTMAX(operation) {
    const rank = inputTensor(operation, 0).shape.length;
    const beta = operation.operator.options ? floatField(operation.operator.options, 0, 1) : 1;
    if (beta !== 1) refuse(operation, 'have beta 1', `${beta}`);
    emit(operation, 'Softmax', [computed(operation, 0)], { axis: int(channelsFirstAxis(-1, rank)) });
  },
  SQRT: unary('Sqrt'),
  SQUEEZE: convertReshape,
  SUB: binary('Sub'),
  TANH: unary('Tanh'),
  TRANSPOSE_CONV: convertTransposeConv,
};

function unary(op: string) {
  return (operation: Operation) => void emit(operation, op, [computed(operation, 0)]);
}

function binary(op: string) {
  return (operation: Operation) => {
    const { op: name } = operation.operator;
    const inputs = [operand(operation, 0), operand(operation, 1)];
    const fused = ['MAXIMUM', 'MINIMUM'].includes(name) ? 0 : option(operation, 0, 8);
    activated(operation, fused, (suffix) => emit(operation, op, inputs, {}, suffix));
  };
}

/** One side of an operation that broadcasts: a constant of lower rank than the result lies along the last axes of the file. */
function operand(operation: Operation, index: number): string {
  const { name, shape } = inputTensor(operation, index);
  const rank = outputTensor(operation).shape.length;
  const data = constantOf(operation, index);
  if (rank !== 4 || shape.length === 4 || shape.length === 0) return computed(operation, index);
  if (!data) return refuse(operation, 'broadcast constants only', `a value of shape [${shape}]`);
  const full = [...new Array(4 - shape.length).fill(1), ...shape];
  return keep(operation, `${name}|first`, {
    dtype: 'float32',
    ...permuted(data, full, TO_CHANNELS_FIRST),
  });
}

function convertConcat(operation: Operation): void {
  const rank = outputTensor(operation).shape.length;
  const axis = channelsFirstAxis(option(operation, 0, 32), rank);
  const inputs = operation.operator.inputs.map((_, i) => computed(operation, i));
  activated(operation, option(operation, 1, 8), (suffix) =>
    emit(operation, 'Concat', inputs, { axis: int(axis) }, suffix),
  );
}

function convertFullyConnected(operation: Operation): void {
  const [units, features] = inputTensor(operation, 1).shape;
  const flat = emit(
    operation,
    'Reshape',
    [asInFile(operation), keepInt64s(operation, 'flat shape', [-1, features])],
    {},
    '|flat',
  );
  const { shape } = outputTensor(operation);
  const inputs = [flat, inOrder(operation, 1, [0, 1])];
  if (constantOf(operation, 2)) inputs.push(inOrder(operation, 2, [0]));
  const plain = shape.length === 2;
  activated(operation, option(operation, 0, 8), (suffix) => {
    const product = emit(operation, 'Gemm', inputs, { transB: int(1) }, plain ? suffix : `${suffix}|rows`);
    if (plain) return product;
    const last = keepInt64s(operation, 'row shape', [-1, ...shape.slice(1, -1), units]);
    return emit(operation, 'Reshape', [product, last], {}, suffix);
  });
}

function convertMean(operation: Operation): void {
  const rank = inputTensor(operation, 0).shape.length;
  const axes = integersOf(operation, 1).map((axis) => (axis < 0 ? axis + rank : axis));
  const keeps = option(operation, 0, 8) !== 0;
  // Only where both pixel axes go and nothing else does, dropping axes leaves the others as the file has them.
  const harmless = keeps || rank !== 4 || (axes.length === 2 && axes.includes(1) && axes.includes(2));
  emit(operation, 'ReduceMean', [harmless ? computed(operation, 0) : asInFile(operation)], {
    axes: ints(harmless ? axes.map((axis) => channelsFirstAxis(axis, rank)) : axes),
    keepdims: int(keeps ? 1 : 0),
  });
}

function convertPad(operation: Operation): void {
  const rank = inputTensor(operation, 0).shape.length;
  const pairs = integersOf(operation, 1);
  const [before, after] = [0, 1].map((side) =>
    channelsFirst(Array.from({ length: rank }, (_, axis) => pairs[2 * axis + side])),
  );
  const pads = keepInt64s(operation, 'pads', [...before, ...after]);
  emit(operation, 'Pad', [computed(operation, 0), pads], { mode: text('constant') });
}

/** RESHAPE and SQUEEZE count the elements in the order of the file. */
function convertReshape(operation: Operation): void {
  const [from, to] = [inputTensor(operation, 0).shape, outputTensor(operation).shape];
  // A batch that stays may have any size.
  const target = from[0] === to[0] ? [-1, ...to.slice(1)] : to;
  const source = asInFile(operation);
  if (to.length !== 4 || to[1] * to[2] === 1 || to[3] === 1) {
    emit(operation, 'Reshape', [source, keepInt64s(operation, 'shape', channelsFirst(target))]);
    return;
  }
  const last = emit(
    operation,
    'Reshape',
    [source, keepInt64s(operation, 'shape', target)],
    {},
    '|file order',
  );
  emit(operation, 'Transpose', [last], { perm: ints(TO_CHANNELS_FIRST) });
}

function convertResize(operation: Operation): void {
  const [from, to] = [inputTensor(operation, 0).shape, outputTensor(operation).shape];
  const flag = (field: number) =>
    operation.operator.options ? intField(operation.operator.options, field, 8) !== 0 : false;
  const mode = flag(2) ? 'align_corners' : flag(3) ? 'half_pixel' : 'asymmetric';
  const scales = keep(operation, `${outputTensor(operation).name}|scales`, {
    dtype: 'float32',
    shape: [4],
    data: Float32Array.of(1, 1, to[1] / from[1], to[2] / from[2]),
  });
  emit(operation, 'Resize', [computed(operation, 0), '', scales], {
    mode: text('linear'),
    coordinate_transformation_mode: text(mode),
  });
}
