import { perChannel, readBatchNormalization } from './import-batch-normalization.ts';
import {
  floatOf,
  inputOf,
  intOf,
  intsOf,
  knownInput,
  type Reader,
  type Reading,
  refuse,
  stringOf,
} from './import-node.ts';
import { windowOf } from './import-windows.ts';
import type { Tensor } from './op.ts';
import {
  abs,
  add,
  averagePool,
  constant,
  conv,
  convTranspose,
  div,
  exp,
  matmul,
  max,
  maxPool,
  mean,
  mul,
  resizeBilinear,
  sqrt,
  square,
  stopGradient,
  sub,
  sum,
  transpose,
  upsampleNearest,
} from './ops/index.ts';

/** How ONNX nodes that are layers of a network are traced, by node type. */
export const LAYERS: Readonly<Record<string, Reader>> = {
  AveragePool: readAveragePool,
  BatchNormalization: readBatchNormalization,
  Conv: (reading) => {
    const [x, w] = [inputOf(reading, 0), inputOf(reading, 1)];
    const { strides, dilations, pads } = windowOf(reading, w.shape.slice(2));
    return biased(reading, conv(x, w, { strides, dilations, pads, groups: intOf(reading, 'group', 1) }));
  },
  ConvTranspose: (reading) => {
    const [x, w] = [inputOf(reading, 0), inputOf(reading, 1)];
    if (reading.node.attributes['output_shape'] || stringOf(reading, 'auto_pad', 'NOTSET') !== 'NOTSET') {
      refuse(reading.node, 'have explicit pads', 'an output shape or automatic padding');
    }
    const { strides, dilations, pads } = windowOf(reading, w.shape.slice(2));
    const [bottom, right] = intsOf(reading, 'output_padding') ?? [0, 0];
    const groups = intOf(reading, 'group', 1);
    return biased(
      reading,
      convTranspose(x, w, { strides, dilations, pads, groups, outputPadding: [bottom, right] }),
    );
  },
  Gemm: (reading) => {
    const side = (index: number, flag: string) => {
      const matrix = inputOf(reading, index);
      return intOf(reading, flag, 0) === 1 ? transpose(matrix) : matrix;
    };
    const [alpha, beta] = [floatOf(reading, 'alpha', 1), floatOf(reading, 'beta', 1)];
    const product = matmul(side(0, 'transA'), side(1, 'transB'));
    const scaled = alpha === 1 ? product : mul(product, alpha);
    const bias = reading.inputs[2];
    return bias ? add(scaled, beta === 1 ? bias : mul(bias, beta)) : scaled;
  },
  GlobalAveragePool: (reading) => mean(inputOf(reading, 0), spatialAxes(reading), true),
  GlobalMaxPool: (reading) => max(inputOf(reading, 0), spatialAxes(reading), true),
  InstanceNormalization: (reading) => {
    const x = inputOf(reading, 0);
    const axes = spatialAxes(reading);
    const centered = sub(x, mean(x, axes, true));
    const deviation = sqrt(add(mean(square(centered), axes, true), floatOf(reading, 'epsilon', 1e-5)));
    return add(mul(div(centered, deviation), perChannel(reading, 1)), perChannel(reading, 2));
  },
  LpNormalization: (reading) => {
    const x = inputOf(reading, 0);
    const axis = intOf(reading, 'axis', -1);
    const p = intOf(reading, 'p', 2);
    return div(x, p === 1 ? sum(abs(x), axis, true) : sqrt(sum(square(x), axis, true)));
  },
  MatMul: (reading) => matmul(inputOf(reading, 0), inputOf(reading, 1)),
  MaxPool: (reading) => {
    const { kernel, strides, pads, dilations } = windowOf(reading);
    if (dilations.some((step) => step !== 1)) refuse(reading.node, 'have no dilation', `[${dilations}]`);
    if (reading.node.outputs.length > 1) refuse(reading.node, 'give one output', 'indices too');
    return maxPool(inputOf(reading, 0), { kernel, strides, pads });
  },
  Resize: readResize,
  Softmax: readSoftmax,
  Upsample: readResize,
};

/** Adds a layer's bias, input 2, if it has one. */
function biased(reading: Reading, x: Tensor): Tensor {
  return reading.inputs[2] ? add(x, perChannel(reading, 2)) : x;
}

function spatialAxes(reading: Reading): number[] {
  return inputOf(reading, 0).shape.flatMap((_, axis) => (axis < 2 ? [] : [axis]));
}

function readAveragePool(reading: Reading): Tensor {
  const x = inputOf(reading, 0);
  const { kernel, strides, pads, dilations } = windowOf(reading);
  if (dilations.some((step) => step !== 1)) refuse(reading.node, 'have no dilation', `[${dilations}]`);
  const pooled = averagePool(x, { kernel, strides, pads });
  if (pads.every((count) => count === 0)) return pooled;
  // Our pooling counts the borders; ONNX counts them only when asked, and never what rounding up has added.
  const counted =
    intOf(reading, 'count_include_pad', 0) === 1 ? (intsOf(reading, 'pads') ?? [0, 0, 0, 0]) : [0, 0, 0, 0];
  const counts = (axis: 0 | 1) => {
    const size = x.shape[axis + 2];
    const [before, after] = [counted[axis], counted[axis + 2]];
    return Array.from({ length: pooled.shape[axis + 2] }, (_, i) => {
      const start = i * strides[axis] - pads[axis];
      return Math.min(start + kernel[axis], size + after) - Math.max(start, -before);
    });
  };
  const [rows, columns] = [counts(0), counts(1)];
  const area = kernel[0] * kernel[1];
  const corrections = rows.flatMap((row) => columns.map((column) => area / (row * column)));
  return mul(pooled, constant(corrections, [1, 1, rows.length, columns.length]));
}

/** Until opset 12 all axes from `axis` on are one; since then it is one axis, the last by default. */
function readSoftmax(reading: Reading): Tensor {
  const x = inputOf(reading, 0);
  const modern = reading.opset >= 13;
  const signed = intOf(reading, 'axis', modern ? -1 : 1);
  const axis = signed < 0 ? signed + x.shape.length : signed;
  const axes = modern ? [axis] : x.shape.flatMap((_, i) => (i < axis ? [] : [i]));
  // The same number taken from all exponents changes nothing but keeps them from overflow.
  const powers = exp(sub(x, stopGradient(max(x, axes, true))));
  return div(powers, sum(powers, axes, true));
}

/** Upsample and Resize: nearest neighbours by a whole factor, or bilinear with pixel centers at one half. */
function readResize(reading: Reading): Tensor {
  const { node, opset } = reading;
  const x = inputOf(reading, 0);
  const [, , height, width] = outputShape(reading, x);
  const mode = stringOf(reading, 'mode', 'nearest');
  const transform = stringOf(
    reading,
    'coordinate_transformation_mode',
    opset < 11 ? 'asymmetric' : 'half_pixel',
  );
  if (mode === 'linear' && /half_pixel$/.test(transform)) return resizeBilinear(x, [height, width]);
  const factor = height / x.shape[2];
  // For whole factors every rule of rounding repeats each pixel as often.
  const known = transform === 'asymmetric' ? ['floor'] : ['round_prefer_floor', 'floor', 'round_prefer_ceil'];
  const rounding = stringOf(reading, 'nearest_mode', opset < 11 ? 'floor' : 'round_prefer_floor');
  if (
    mode === 'nearest' &&
    Number.isInteger(factor) &&
    width === factor * x.shape[3] &&
    known.includes(rounding)
  ) {
    return upsampleNearest(x, factor);
  }
  return refuse(
    node,
    'repeat pixels a whole number of times or interpolate linearly between their centers',
    `${mode}, ${transform}, from [${x.shape}] to ${height} × ${width}`,
  );
}

function outputShape(reading: Reading, x: Tensor): readonly number[] {
  // Resize 11+ reads (x, roi, scales, sizes), before that (x, scales); Upsample 7 has an attribute.
  const modern = reading.opset >= 11;
  const sizes = modern ? knownInput(reading, 3) : undefined;
  const known = modern ? knownInput(reading, 2) : knownInput(reading, 1);
  const attribute = reading.node.attributes['scales'];
  const scales = known ?? (attribute?.kind === 'floats' ? attribute.value : undefined);
  const shape = sizes ?? scales?.map((scale, i) => Math.floor(x.shape[i] * scale));
  if (shape?.length !== 4 || shape[1] !== x.shape[1] || x.shape.length !== 4) {
    return refuse(reading.node, 'resize the height and width of images', `[${x.shape}] to [${shape}]`);
  }
  return shape;
}
