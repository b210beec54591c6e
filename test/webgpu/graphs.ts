import { randomStream } from '../../packages/core/src/random/index.ts';
import type { FeedData } from '../../packages/core/src/runtime/index.ts';
import {
  add,
  clip,
  concat,
  conv,
  convTranspose,
  div,
  equal,
  exp,
  gather,
  gradients,
  greater,
  input,
  leakyRelu,
  less,
  matmul,
  max,
  mean,
  mul,
  pad,
  pow,
  prelu,
  reshape,
  resizeBilinear,
  scatterAdd,
  sigmoid,
  sin,
  slice,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  transpose,
  upsampleNearest,
  where,
} from '../../packages/core/src/tensor/index.ts';

/** Something small to run on two providers. */
export interface Example {
  /** Largest error relative to the largest value; 1e-5 by default. */
  readonly tolerance?: number;
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly feeds: Readonly<Record<string, FeedData>>;
}

const random = randomStream(4, 'webgpu');

function normal(count: number): Float32Array {
  return Float32Array.from({ length: count }, () => random.normal());
}

/** A loss with the gradient of every input that is fed as floats. */
function withGradients(loss: Tensor, inputs: readonly Tensor[]): Record<string, Tensor> {
  const parts = gradients(loss, inputs).map((gradient, i) => [`gradient${i}`, gradient] as const);
  return { loss, ...Object.fromEntries(parts) };
}

function elementwise(): Example {
  const [x, y] = [input('x', [3, 5]), input('y', [5])];
  const smooth = add(mul(tanh(x), sigmoid(y)), div(exp(mul(x, 0.3)), add(square(y), 1)));
  const rough = where(greater(x, y), leakyRelu(sub(x, y), 0.2), clip(mul(x, y), -0.5, 0.5));
  const marked = where(less(x, 0), mul(x, 2), pow(add(square(x), 0.1), 1.5));
  const same = where(equal(x, x), x, 0);
  return {
    outputs: withGradients(sum(add(add(smooth, rough), add(marked, same))), [x, y]),
    feeds: { x: normal(15), y: normal(5) },
  };
}

/** WGSL promises 2^-11 for sines, near zero as everywhere between -pi and pi. */
function sines(): Example {
  const x = input('x', [20]);
  return { outputs: withGradients(sum(sin(x)), [x]), feeds: { x: normal(20) }, tolerance: 1e-3 };
}

function reductions(): Example {
  const x = input('x', [2, 3, 4, 5]);
  const parts = [sum(x, [2, 3]), mean(square(x), [2, 3]), max(x, [2, 3]), sqrt(sum(square(x), [2, 3]))];
  const mixed = concat(parts, 1);
  return {
    outputs: { mixed, ...withGradients(sum(square(mixed)), [x]) },
    feeds: { x: normal(120) },
  };
}

function layout(): Example {
  const [x, w] = [input('x', [4, 6]), input('w', [6, 3])];
  const turned = reshape(transpose(reshape(x, [2, 2, 6]), [1, 0, 2]), [4, 6]);
  const backwards = slice(turned, [5], [Number.NEGATIVE_INFINITY], [1], [-1]);
  const everySecond = slice(pad(backwards, [0, 1], [1, 0]), [1], [7], [1], [2]);
  return {
    outputs: withGradients(add(sum(square(everySecond)), sum(tanh(matmul(x, w)))), [x, w]),
    feeds: { x: normal(24), w: normal(18) },
  };
}

function lookups(): Example {
  const [rows, ids] = [input('rows', [6, 3]), input('ids', [9], 'int32')];
  const taken = gather(rows, ids);
  const gathered = scatterAdd(ids, square(taken), 6);
  return {
    outputs: { gathered, ...withGradients(sum(mul(gathered, rows)), [rows]) },
    feeds: { rows: normal(18), ids: Int32Array.of(0, 5, 5, 2, 1, 5, 0, 3, 3) },
  };
}

function convolutions(): Example {
  const x = input('x', [2, 4, 9, 8]);
  const [w, strided, deep, up] = [
    input('w', [6, 4, 3, 3]),
    input('strided', [4, 6, 3, 3]),
    input('deep', [6, 1, 3, 3]),
    input('up', [4, 3, 2, 2]),
  ];
  const slope = input('slope', [6, 1, 1]);
  const first = prelu(conv(x, w, { pads: [1, 1, 1, 1] }), slope);
  const each = conv(first, deep, { pads: [1, 1, 1, 1], groups: 6 });
  const half = conv(each, strided, { strides: [2, 2], pads: [1, 1, 1, 1] });
  const whole = convTranspose(half, up, { strides: [2, 2] });
  return {
    outputs: withGradients(mean(square(whole)), [x, w, strided, deep, up, slope]),
    feeds: {
      x: normal(576),
      w: normal(216),
      strided: normal(216),
      deep: normal(54),
      up: normal(48),
      slope: Float32Array.of(0.1, 0.3, 0.25, 0.5, 0.2, 0.05),
    },
  };
}

/** Two levels of a progressive generator and a bilinear resampling, down to the latent. */
function generator(): Example {
  const [z, dense] = [input('z', [1, 8]), input('dense', [8, 6 * 16])];
  const [a, b, toRgb] = [input('a', [6, 6, 3, 3]), input('b', [4, 6, 3, 3]), input('rgb', [3, 4, 1, 1])];
  const normalized = (x: Tensor) => div(x, sqrt(add(mean(square(x), 1, true), 1e-8)));
  const start = reshape(matmul(normalized(z), dense), [1, 6, 4, 4]);
  const low = normalized(leakyRelu(conv(start, a, { pads: [1, 1, 1, 1] }), 0.2));
  const high = normalized(leakyRelu(conv(upsampleNearest(low, 2), b, { pads: [1, 1, 1, 1] }), 0.2));
  const picture = resizeBilinear(conv(high, toRgb), [12, 12]);
  return {
    outputs: { picture, ...withGradients(mean(square(picture)), [z]) },
    feeds: { z: normal(8), dense: normal(768), a: normal(324), b: normal(216), rgb: normal(12) },
  };
}

/** The graphs that stand for all we emit, by name. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  elementwise: elementwise(),
  sines: sines(),
  reductions: reductions(),
  layout: layout(),
  lookups: lookups(),
  convolutions: convolutions(),
  generator: generator(),
};
