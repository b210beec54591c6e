import { floatOf, inputOf, intOf, knownInput, type Reading, refuse } from './import-node.ts';
import { apply, sizeOf, type Tensor } from './op.ts';
import { constantData } from './ops/constant.ts';
import { add, constant, mul, reshape } from './ops/index.ts';

/**
 * Reads batch normalization. Its trained statistics are constants, so it is one factor and one summand for each
 * channel; behind a convolution that nothing else reads they go into the filters and the bias.
 */
export function readBatchNormalization(reading: Reading): Tensor {
  const x = inputOf(reading, 0);
  if (intOf(reading, 'training_mode', 0) === 1) {
    refuse(reading.node, 'be exported for inference', 'training mode');
  }
  const [scale, bias, average, variance] = [1, 2, 3, 4].map(
    (index) => knownInput(reading, index) ?? refuse(reading.node, `have input ${index}`, 'none'),
  );
  const epsilon = floatOf(reading, 'epsilon', 1e-5);
  const factor = scale.map((value, i) => value / Math.sqrt(variance[i] + epsilon));
  const shift = bias.map((value, i) => value - average[i] * factor[i]);
  const folded = reading.isOnlyReader(0) ? foldIntoConvolution(x, factor, shift) : undefined;
  return folded ?? add(mul(x, channels(factor, x)), channels(shift, x));
}

/** An input `[C]` as `[C, 1, ...]`, so that it broadcasts over the first input `[N, C, ...]`. */
export function perChannel(reading: Reading, index: number): Tensor {
  const values = inputOf(reading, index);
  const rest = inputOf(reading, 0).shape.slice(2);
  return reshape(values, [sizeOf(values.shape), ...rest.map(() => 1)]);
}

function channels(values: readonly number[], x: Tensor): Tensor {
  return constant(values, [values.length, ...x.shape.slice(2).map(() => 1)]);
}

/** f (x * w + b) + s = x * (f w) + (f b + s), if x is a convolution with known filters and, if it has one, known bias. */
function foldIntoConvolution(
  x: Tensor,
  factor: readonly number[],
  shift: readonly number[],
): Tensor | undefined {
  const convolution = x.op.name === 'add' ? x.inputs[0] : x;
  if (convolution.op.name !== 'conv') return undefined;
  const bias = x.op.name === 'add' ? biasOf(x.inputs[1]) : new Float32Array(factor.length);
  if (bias?.length !== factor.length) return undefined;
  const [picture, w] = convolution.inputs;
  const filters = constantData(w);
  if (!(filters instanceof Float32Array)) return undefined;
  const size = filters.length / factor.length;
  const scaled = filters.map((value, i) => value * factor[Math.floor(i / size)]);
  const same = apply(convolution.op, [picture, constant(scaled, w.shape)], convolution.attributes);
  return add(
    same,
    channels(
      shift.map((value, i) => Number(bias[i]) * factor[i] + value),
      x,
    ),
  );
}

/** The numbers of a constant `[C, 1, 1]`. */
function biasOf(x: Tensor) {
  return x.shape.length === 3 && x.shape[0] === sizeOf(x.shape) ? constantData(x) : null;
}
