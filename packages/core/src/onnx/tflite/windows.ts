import type { OnnxAttribute } from '../model.ts';
import {
  computed,
  constantOf,
  emit,
  inOrder,
  inputTensor,
  int,
  ints,
  type Operation,
  outputTensor,
  refuse,
} from './conversion.ts';
import { intField } from './flatbuffer.ts';
import { samePadding } from './layout.ts';

/** Padding of the schema: the first keeps the size, the second none. */
const SAME = 0;

/** The option `field` of an operation. */
export function option({ operator }: Operation, field: number, bits: 8 | 32, fallback = 0): number {
  return operator.options ? intField(operator.options, field, bits, fallback) : fallback;
}

/** ONNX's attributes of a window that slides over the first input. */
function windowOf(
  operation: Operation,
  kernel: readonly [number, number],
  dilations: readonly [number, number] = [1, 1],
): Record<string, OnnxAttribute> {
  const { shape } = inputTensor(operation, 0);
  // In the file width comes before height.
  const strides = [option(operation, 2, 32, 1), option(operation, 1, 32, 1)];
  const pads =
    option(operation, 0, 8) === SAME
      ? [0, 1].map((axis) => samePadding(shape[1 + axis], kernel[axis], strides[axis], dilations[axis]))
      : [
          [0, 0],
          [0, 0],
        ];
  return { strides: ints(strides), pads: ints([pads[0][0], pads[1][0], pads[0][1], pads[1][1]]) };
}

/** CONV_2D: weights `[O, H, W, I]`. Fewer channels in the weights than in the picture mean groups. */
export function convertConv(operation: Operation): void {
  const [, height, width, channels] = inputTensor(operation, 1).shape;
  const dilations: [number, number] = [option(operation, 5, 32, 1), option(operation, 4, 32, 1)];
  const attributes = {
    ...windowOf(operation, [height, width], dilations),
    kernel_shape: ints([height, width]),
    dilations: ints(dilations),
    group: int(inputTensor(operation, 0).shape[3] / channels),
  };
  const inputs = [computed(operation, 0), inOrder(operation, 1, [0, 3, 1, 2]), ...bias(operation)];
  activated(operation, option(operation, 3, 8), (suffix) =>
    emit(operation, 'Conv', inputs, attributes, suffix),
  );
}

/** DEPTHWISE_CONV_2D: weights `[1, H, W, C M]`. */
export function convertDepthwiseConv(operation: Operation): void {
  const [, height, width] = inputTensor(operation, 1).shape;
  const dilations: [number, number] = [option(operation, 6, 32, 1), option(operation, 5, 32, 1)];
  const attributes = {
    ...windowOf(operation, [height, width], dilations),
    kernel_shape: ints([height, width]),
    dilations: ints(dilations),
    group: int(inputTensor(operation, 0).shape[3]),
  };
  const inputs = [computed(operation, 0), inOrder(operation, 1, [3, 0, 1, 2]), ...bias(operation)];
  activated(operation, option(operation, 4, 8), (suffix) =>
    emit(operation, 'Conv', inputs, attributes, suffix),
  );
}

/** TRANSPOSE_CONV: output shape, weights `[O, H, W, I]`, picture, perhaps bias. */
export function convertTransposeConv(operation: Operation): void {
  const window = {
    picture: 2,
    weights: 1,
    bias: 3,
    same: option(operation, 0, 8) === SAME,
    strides: [option(operation, 2, 32, 1), option(operation, 1, 32, 1)],
  };
  activated(operation, option(operation, 3, 8), (suffix) => transposed(operation, window, suffix));
}

/** MediaPipe's own `Convolution2DTransposeBias`: picture, weights `[O, H, W, I]`, bias; options padding, stride w, stride h. */
export function convertTransposeConvBias(operation: Operation): void {
  const { customOptions: bytes } = operation.operator;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [padding, across, down] = [0, 4, 8].map((at) => view.getInt32(at, true));
  transposed(
    operation,
    { picture: 0, weights: 1, bias: 2, same: padding === 1, strides: [down, across] },
    '',
  );
}

interface TransposedWindow {
  /** Indices of inputs. */
  readonly picture: number;
  readonly weights: number;
  readonly bias: number;
  readonly same: boolean;
  readonly strides: readonly number[];
}

function transposed(
  operation: Operation,
  { picture, weights, bias: biasAt, same, strides }: TransposedWindow,
  suffix: string,
): string {
  const [from, to] = [inputTensor(operation, picture).shape, outputTensor(operation).shape];
  const kernel = inputTensor(operation, weights).shape.slice(1, 3);
  // The padding that the convolution from the output back to the input has.
  const pads = [0, 1].map((axis) => (same ? samePadding(to[1 + axis], kernel[axis], strides[axis]) : [0, 0]));
  const missing = [0, 1].map((axis) => {
    const reached = (from[1 + axis] - 1) * strides[axis] + kernel[axis] - pads[axis][0] - pads[axis][1];
    return to[1 + axis] - reached;
  });
  const inputs = [
    computed(operation, picture),
    inOrder(operation, weights, [3, 0, 1, 2]),
    ...bias(operation, biasAt),
  ];
  const attributes = {
    strides: ints(strides),
    kernel_shape: ints(kernel),
    pads: ints([pads[0][0], pads[1][0], pads[0][1], pads[1][1]]),
    output_padding: ints(missing),
  };
  return emit(operation, 'ConvTranspose', inputs, attributes, suffix);
}

/** MAX_POOL_2D and AVERAGE_POOL_2D; pixels beyond the edge count in neither. */
export function convertPool(operation: Operation, op: 'MaxPool' | 'AveragePool'): void {
  const kernel: [number, number] = [option(operation, 4, 32), option(operation, 3, 32)];
  const attributes = { ...windowOf(operation, kernel), kernel_shape: ints(kernel) };
  activated(operation, option(operation, 5, 8), (suffix) =>
    emit(operation, op, [computed(operation, 0)], attributes, suffix),
  );
}

function bias(operation: Operation, index = 2): string[] {
  return constantOf(operation, index) ? [inOrder(operation, index, [0])] : [];
}

const ACTIVATIONS: readonly (string | undefined)[] = [undefined, 'Relu', undefined, 'Clip', 'Tanh'];

/** Adds an operation and the activation that the file fuses with it. */
export function activated(operation: Operation, code: number, add: (suffix: string) => string): void {
  if (code === 0) {
    add('');
    return;
  }
  const op = ACTIVATIONS[code];
  if (!op) refuse(operation, 'be followed by relu, relu6 or tanh', `activation ${code}`);
  emit(operation, op, [add('|linear'), ...(op === 'Clip' ? limits(operation) : [])]);
}

/** Inputs of Clip for relu6. */
export function limits(operation: Operation): string[] {
  const { initializers } = operation.conversion;
  return [0, 6].map((value) => {
    const name = `${value}|limit`;
    initializers.set(name, { name, dtype: 'float32', shape: [], data: Float32Array.of(value) });
    return name;
  });
}
