import { GanfitError } from '../error.ts';
import type { ChannelRecipe } from '../image/index.ts';
import {
  add,
  averagePool,
  constant,
  conv,
  matmul,
  maxPool,
  mean,
  pad,
  relu,
  type Tensor,
} from '../tensor/index.ts';
import { DLIB_150 } from './align.ts';
import { readTfjsWeights, type Weights } from './judge-weights.ts';

/** Two crops whose descriptors lie nearer than this show the same person (dlib's own recommendation). */
export const JUDGE_THRESHOLD = 0.6;

/** How the judge wants its crop aligned. */
export const JUDGE_TEMPLATE = DLIB_150;

/** How the judge wants its colors. */
export const JUDGE_RECIPE: ChannelRecipe = { order: 'RGB', mean: [122.782, 117.001, 104.298], divisor: 255 };

/** The two files of the judge. */
export interface JudgeFiles {
  /** Model `face-judge`. */
  readonly weights: Uint8Array;
  /** Model `face-judge-manifest`. */
  readonly manifest: Uint8Array;
}

/** The residual blocks in their order; those called `down` halve the picture. */
const BLOCKS = [
  ...['conv32_1', 'conv32_2', 'conv32_3'],
  ...['conv64_down', 'conv64_1', 'conv64_2', 'conv64_3'],
  ...['conv128_down', 'conv128_1', 'conv128_2'],
  ...['conv256_down', 'conv256_1', 'conv256_2', 'conv256_down_out'],
];

/**
 * The judge of likeness: dlib's ResNet with 29 convolutions (Davis King 2017), rebuilt from the weights that face-api
 * carries. Its architecture, its loss and its training pictures differ from the identity network's, and it is never part
 * of a loss, so that it cannot be flattered.
 *
 * @param crop `[N, 3, 150, 150]`, prepared by `JUDGE_RECIPE`.
 * @returns Descriptors, `[N, 128]`, compared by their Euclidean distance.
 * @throws GanfitError `format` when the files are not the expected ones.
 */
export function judgeDescriptor(files: JudgeFiles, crop: Tensor): Tensor {
  const weights = readTfjsWeights(files.manifest, files.weights);
  const layer = (x: Tensor, name: string, stride: number, padding: number) => {
    const { filters, bias } = foldScale(weights, name);
    return add(conv(x, filters, { strides: stride, pads: padding }), bias);
  };
  let x = relu(layer(crop, 'conv32_down', 2, 0));
  x = maxPool(x, { kernel: 3, strides: 2 });
  for (const block of BLOCKS) {
    const halves = block.includes('down');
    // dlib pads the picture by nothing where it halves it.
    const inner = relu(layer(x, `${block}/conv1`, halves ? 2 : 1, halves ? 0 : 1));
    const outer = layer(inner, `${block}/conv2`, 1, 1);
    x = relu(halves ? addAligned(averagePool(x, 2), outer) : add(outer, x));
  }
  const { data, shape } = weightOf(weights, 'fc');
  return matmul(mean(x, [2, 3]), constant(data, shape));
}

/** Adds two pictures of different size and depth, whichever is smaller filled with zeros below, right and behind. */
function addAligned(a: Tensor, b: Tensor): Tensor {
  const size = a.shape.map((length, axis) => Math.max(length, b.shape[axis]));
  const fill = (x: Tensor) =>
    pad(
      x,
      [0, 0, 0, 0],
      size.map((length, axis) => length - x.shape[axis]),
    );
  return add(fill(a), fill(b));
}

/** A layer is `(conv(x) + bias) * scale + shift`: one convolution and one bias say the same. */
function foldScale(weights: ReadonlyMap<string, Weights>, name: string): { filters: Tensor; bias: Tensor } {
  const part = (suffix: string) => weightOf(weights, `${name}/${suffix}`).data;
  const [scale, shift, bias] = [part('scale/weights'), part('scale/biases'), part('conv/bias')];
  const { shape, data } = weightOf(weights, `${name}/conv/filters`);
  const [down, across, from, to] = shape;
  // TensorFlow's [H, W, I, O] becomes [O, I, H, W].
  const filters = new Float32Array(data.length);
  const window = down * across;
  for (let k = 0; k < window; k++) {
    for (let i = 0; i < from; i++) {
      for (let o = 0; o < to; o++) {
        filters[(o * from + i) * window + k] = data[(k * from + i) * to + o] * scale[o];
      }
    }
  }
  return {
    filters: constant(filters, [to, from, down, across]),
    bias: constant(
      bias.map((value, o) => value * scale[o] + shift[o]),
      [1, to, 1, 1],
    ),
  };
}

function weightOf(weights: ReadonlyMap<string, Weights>, name: string): Weights {
  const found = weights.get(name);
  if (found) return found;
  throw new GanfitError(
    'format',
    `judge: the weights must hold ${name}, got a file without it. Fetch it again.`,
  );
}
