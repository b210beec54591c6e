import { GanfitError } from '../error.ts';
import { type Image, invertSimilarity, type Similarity, warp } from '../image/index.ts';
import type { Network, Runtime, ShapedData } from '../runtime/index.ts';
import { fivePoints } from './align.ts';
import { type SkinMask, skinAt, withoutRim } from './skin-mask.ts';

/** What a face-parsing network's file does not tell; all of it is found or guessed when it is left out. */
export interface ParsingNotes {
  /** Classes that are skin of the face, brows, eyes and lips among them. */
  readonly skin?: readonly number[];
  /** Of the channels. Default `RGB`. */
  readonly order?: 'RGB' | 'BGR';
  /** The network sees `(byte - mean) / divisor`, one number or one for each channel in `order`. */
  readonly mean?: number | readonly number[];
  readonly divisor?: number | readonly number[];
  /** Pixels across and down, for networks that leave it free. Default 512. */
  readonly side?: number;
  /** Side of the square that is cut out, in distances between the centers of the eyes. Default 4, as in CelebA-HQ. */
  readonly crop?: number;
  /** Name of the output. Default the first. */
  readonly output?: string;
}

/** A network that tells skin from what lies before it, opened. */
export interface FaceParser {
  readonly network: Network;
  readonly layout: 'NCHW' | 'NHWC';
  readonly side: number;
  readonly classes: number;
  readonly output: string;
  readonly skin: readonly number[];
  readonly order: 'RGB' | 'BGR';
  readonly mean: readonly number[];
  readonly divisor: readonly number[];
  readonly crop: number;
  /** For errors. */
  readonly name: string;
}

type Known = Required<Pick<ParsingNotes, 'skin' | 'mean' | 'divisor'>>;

const PLAIN = { mean: 0, divisor: 255 } as const;
/** Of ImageNet's bytes, for networks that start from its weights. */
const IMAGENET = { mean: [123.675, 116.28, 103.53], divisor: [58.395, 57.12, 57.375] } as const;

/**
 * Networks that are known by their number of classes.
 *
 * 6: MediaPipe's selfie-multiclass: background, hair, skin of the body, skin of the face, clothes, other things. 19: BiSeNet as trained
 * on CelebAMask-HQ: background, skin, two brows, two eyes, glasses, two ears, earring, nose, inside of the mouth, two lips, neck, necklace,
 * clothes, hair, hat. 1 and 2: skin or not.
 */
const KNOWN: Readonly<Record<number, Known>> = {
  1: { skin: [0], ...PLAIN },
  2: { skin: [1], ...PLAIN },
  6: { skin: [3], ...PLAIN },
  19: { skin: [1, 2, 3, 4, 5, 10, 12, 13], ...IMAGENET },
};

/** More channels than this are a picture's width in the wrong place, and no classes. */
const MOST_CLASSES = 100;

/**
 * Opens a face-parsing network: one square picture of three channels in, `[1, 3, S, S]` or `[1, S, S, 3]`; scores of classes out,
 * `[1, C, s, s]` or `[1, s, s, C]`, before or after a softmax. Its layout and size are read from the file; which classes are skin and how
 * colors are scaled is known for 1, 2, 6 and 19 classes, `notes` say it for others.
 *
 * @param name For errors.
 * @throws GanfitError `input` when it is no such network, `runtime` when the engine refuses it.
 */
export async function loadFaceParser(
  bytes: Uint8Array,
  runtime: Runtime,
  notes: ParsingNotes = {},
  name = 'the network',
): Promise<FaceParser> {
  const network = await runtime.load(bytes);
  try {
    return await describe(network, notes, name);
  } catch (error) {
    await network.dispose();
    throw error;
  }
}

async function describe(network: Network, notes: ParsingNotes, name: string): Promise<FaceParser> {
  const [first, ...others] = network.inputs;
  const layout = first?.shape.length === 4 ? layoutOf(first.shape) : undefined;
  const [height, width] = layout ? spatial(first.shape, layout) : [];
  const free = typeof height === 'string' || typeof width === 'string';
  const square = free || height === width;
  const output = notes.output ?? network.outputs[0]?.name;
  const named = network.outputs.some((one) => one.name === output);
  if (!layout || others.length > 0 || !square || first.dtype !== 'float32' || !named) {
    const seen = [...network.inputs, ...network.outputs].map(
      (one) => `${one.name} ${one.dtype} [${one.shape}]`,
    );
    throw refused(name, `take one float32 picture [1, 3, S, S] or [1, S, S, 3], got ${seen.join(', ')}`);
  }
  const side = free ? (notes.side ?? 512) : Number(height);
  const drawn = (value: number | readonly number[]): number[] =>
    typeof value === 'number' ? [value, value, value] : [...value];
  const draft = {
    network,
    layout,
    side,
    classes: 0,
    output,
    skin: [],
    order: notes.order ?? 'RGB',
    name,
  } as const;
  const gray = new Float32Array(3 * side * side).fill(0.5);
  const { data, shape } = await look({ ...draft, mean: drawn(0), divisor: drawn(255), crop: 4 }, gray);
  const found = shape.length === 4 && shape[0] === 1 ? classesOf(shape, layout) : undefined;
  if (found === undefined || data.length === 0) {
    throw refused(name, `give scores of classes [1, C, s, s] or [1, s, s, C], got ${output} [${shape}]`);
  }
  const { classes } = found;
  const known = KNOWN[classes];
  const skin = notes.skin ?? known?.skin;
  if (!skin?.length || skin.some((k) => !Number.isInteger(k) || k < 0 || k >= classes)) {
    throw refused(
      name,
      `say which of its ${classes} classes are skin of the face, got ${notes.skin ? `[${notes.skin}]` : 'nothing'}`,
    );
  }
  const scale = { ...(known ?? PLAIN), ...notes };
  const [mean, divisor] = [drawn(scale.mean), drawn(scale.divisor)];
  return { ...draft, classes, skin, mean, divisor, crop: notes.crop ?? 4 };
}

function refused(name: string, must: string): GanfitError {
  return new GanfitError(
    'input',
    `parsing: ${name} must ${must}. Export it so, or say how it is in the JSON file beside it, see docs/your-own-networks.md.`,
  );
}

function layoutOf(shape: readonly (number | string)[]): 'NCHW' | 'NHWC' | undefined {
  if (shape[1] === 3) return 'NCHW';
  return shape[3] === 3 ? 'NHWC' : undefined;
}

function spatial(shape: readonly (number | string)[], layout: 'NCHW' | 'NHWC'): (number | string)[] {
  return layout === 'NCHW' ? [shape[2], shape[3]] : [shape[1], shape[2]];
}

/** Where the classes of an answer lie: on the input's axis, if they can. */
function classesOf(
  shape: readonly number[],
  layout: 'NCHW' | 'NHWC',
): { classes: number; axis: number; side: number } | undefined {
  const axes = layout === 'NCHW' ? [1, 3] : [3, 1];
  const axis = axes.find((a) => shape[a] <= MOST_CLASSES && shape[2] === shape[4 - a] && shape[2] > 1);
  return axis === undefined ? undefined : { classes: shape[axis], axis, side: shape[2] };
}

/** Shows the network a square picture, RGB planes in [0, 1]. */
async function look(
  { network, layout, side, order, mean, divisor, output }: Omit<FaceParser, 'classes' | 'skin' | 'name'>,
  planes: Float32Array,
): Promise<ShapedData<Float32Array>> {
  const size = side * side;
  const data = new Float32Array(3 * size);
  for (let k = 0; k < 3; k++) {
    const from = (order === 'RGB' ? k : 2 - k) * size;
    for (let i = 0; i < size; i++) {
      data[layout === 'NCHW' ? k * size + i : 3 * i + k] = (255 * planes[from + i] - mean[k]) / divisor[k];
    }
  }
  const shape = layout === 'NCHW' ? [1, 3, side, side] : [1, side, side, 3];
  return (await network.run({ [network.inputs[0].name]: { data, shape } }))[output];
}

/** Less of the face than this is a network that is fed or read wrongly. */
const LEAST_FACE = 0.1;
/** Probability from which a pixel begins to count, and from which it counts in full. */
const SURE = [0.4, 0.9] as const;
/** What is taken off the rim of the skin, as a share of the crop: two millimetres. */
const RIM = 0.008;

/**
 * Where a photo shows the skin of a face.
 *
 * The network sees a square around the face, upright, four eye distances wide by default.
 *
 * @param landmarks iBUG 68 points, `[68, 2]`, pixels of the photo.
 * @throws GanfitError `input` when hardly anything of the face is called skin.
 */
export async function parseFace(
  parser: FaceParser,
  image: Image,
  landmarks: Float32Array,
): Promise<SkinMask> {
  const { side } = parser;
  const toPhoto = cropOf(landmarks, parser);
  const { data: pixels } = warp(image, toPhoto, side, side, { border: 'edge' });
  const planes = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) planes[(i % 3) * side * side + Math.floor(i / 3)] = pixels[i];
  const scores = await look(parser, planes);
  const mask = maskOf(parser, scores, toPhoto);
  const skin = skinAt(mask);
  let share = 0;
  for (let i = 17; i < 68; i++) share += skin(landmarks[2 * i], landmarks[2 * i + 1]) / 51;
  if (share < LEAST_FACE) {
    throw new GanfitError(
      'input',
      `parsing: ${parser.name} must call at least ${100 * LEAST_FACE} % of a face skin, got ${Math.round(100 * share)} %. Say which classes ` +
        'are skin and how colors are scaled in the JSON file beside it, see docs/your-own-networks.md.',
    );
  }
  return mask;
}

/** From pixels of the network's picture to those of the photo: upright, around the middle between eyes and mouth. */
function cropOf(landmarks: Float32Array, { side, crop }: FaceParser): Similarity {
  const [leftX, leftY, rightX, rightY, , , aX, aY, bX, bY] = fivePoints(landmarks);
  const eyes = Math.hypot(rightX - leftX, rightY - leftY);
  const [mouthX, mouthY] = [(aX + bX) / 2, (aY + bY) / 2];
  const [eyesX, eyesY] = [(leftX + rightX) / 2, (leftY + rightY) / 2];
  // Turned heads have near eyes, but their mouth is as far below them as before.
  const size = Math.max(eyes, 0.9 * Math.hypot(mouthX - eyesX, mouthY - eyesY));
  const scale = (crop * size) / side;
  const turn = Math.atan2(rightY - leftY, rightX - leftX);
  const [a, b] = [scale * Math.cos(turn), scale * Math.sin(turn)];
  // The middle of CelebA-HQ's crops lies a tenth of the way from the eyes to the mouth.
  const [x, y] = [eyesX + 0.1 * (mouthX - eyesX), eyesY + 0.1 * (mouthY - eyesY)];
  const half = side / 2;
  return { a, b, x0: x - a * half + b * half, y0: y - b * half - a * half };
}

function maskOf(
  parser: FaceParser,
  { data, shape }: ShapedData<Float32Array>,
  toPhoto: Similarity,
): SkinMask {
  const found = classesOf(shape, parser.layout);
  if (found?.classes !== parser.classes) {
    throw refused(parser.name, `give ${parser.classes} classes of every picture, got [${shape}]`);
  }
  const { classes, axis, side } = found;
  const size = side * side;
  const at = (pixel: number, k: number): number => data[axis === 1 ? k * size + pixel : pixel * classes + k];
  const finished = areProbabilities(size, classes, at);
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    values[i] = smoothstep(skinShare(parser.skin, classes, finished, (k) => at(i, k)));
  }
  const toMask = side / parser.side;
  const { a, b, x0, y0 } = invertSimilarity(toPhoto);
  return {
    side,
    fromPhoto: { a: a * toMask, b: b * toMask, x0: x0 * toMask, y0: y0 * toMask },
    values: withoutRim(values, side, Math.ceil(RIM * side)),
  };
}

/** Whether the scores have been through a softmax (or, a single class, a sigmoid) already. */
function areProbabilities(size: number, classes: number, at: (pixel: number, k: number) => number): boolean {
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      const value = at(i, k);
      if (value < 0 || value > 1.001) return false;
      sum += value;
    }
    if (classes > 1 && Math.abs(sum - 1) > 0.01) return false;
  }
  return true;
}

function skinShare(
  skin: readonly number[],
  classes: number,
  finished: boolean,
  score: (k: number) => number,
): number {
  if (finished) return skin.reduce((sum, k) => sum + score(k), 0);
  if (classes === 1) return 1 / (1 + Math.exp(-score(0)));
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < classes; k++) most = Math.max(most, score(k));
  let sum = 0;
  for (let k = 0; k < classes; k++) sum += Math.exp(score(k) - most);
  return skin.reduce((total, k) => total + Math.exp(score(k) - most), 0) / sum;
}

function smoothstep(value: number): number {
  const t = Math.min(Math.max((value - SURE[0]) / (SURE[1] - SURE[0]), 0), 1);
  return t * t * (3 - 2 * t);
}
