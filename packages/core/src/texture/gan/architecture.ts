import { GanfitError } from '../../error.ts';
import type { RandomStream } from '../../random/index.ts';
import { mul, type Shape, type Tensor } from '../../tensor/index.ts';

/** What a progressively grown network looks like (Karras et al. 2018, table 2). */
export interface GanArchitecture {
  /** Numbers of a latent. */
  readonly latentSize: number;
  /** Channels at 4 x 4, 8 x 8 and so on up to the largest resolution. */
  readonly widths: readonly number[];
}

/** Up to 512 x 512 with half the channels of the paper: 7.0 million weights, 17.7 GFLOP for a texture. */
export const GAN_ARCHITECTURE: GanArchitecture = {
  latentSize: 512,
  widths: [256, 256, 256, 256, 128, 64, 32, 16],
};

/** Traced arrays or data by name, such as `64.conv0.weight`; the number is the edge of the level's pictures. */
export type NamedShapes = Readonly<Record<string, Shape>>;
export type NamedTensors = Readonly<Record<string, Tensor>>;
export type NamedArrays = Readonly<Record<string, Float32Array>>;

/** Edges of the pictures of all levels, ascending from 4. */
export function resolutionsOf(architecture: GanArchitecture): number[] {
  return architecture.widths.map((_, level) => 4 << level);
}

/**
 * The number of a level.
 *
 * @throws GanfitError `input` when the network has no level of that resolution.
 */
export function levelOf(architecture: GanArchitecture, resolution: number): number {
  const list = resolutionsOf(architecture);
  const level = list.indexOf(resolution);
  if (level >= 0) return level;
  throw new GanfitError(
    'input',
    `texture GAN: the resolution must be one of ${list.join(', ')}, got ${resolution}. Choose one of these.`,
  );
}

/** Shapes of the generator's weights by name. */
export function generatorShapes({ latentSize, widths }: GanArchitecture): Record<string, Shape> {
  const shapes: Record<string, Shape> = {};
  widths.forEach((width, level) => {
    const at = 4 << level;
    if (level === 0) {
      shapes['4.dense.weight'] = [16 * width, latentSize];
      shapes['4.dense.bias'] = [width];
      addConv(shapes, '4.conv', width, width);
    } else {
      addConv(shapes, `${at}.conv0`, width, widths[level - 1]);
      addConv(shapes, `${at}.conv1`, width, width);
    }
    addConv(shapes, `${at}.rgb`, 3, width, 1);
  });
  return shapes;
}

/** Shapes of the discriminator's weights by name: the generator turned round, with two dense layers at the end. */
export function discriminatorShapes({ widths }: Pick<GanArchitecture, 'widths'>): Record<string, Shape> {
  const shapes: Record<string, Shape> = {};
  widths.forEach((width, level) => {
    const at = 4 << level;
    addConv(shapes, `${at}.rgb`, width, 3, 1);
    if (level === 0) {
      addConv(shapes, '4.conv', width, width + 1);
      shapes['4.dense0.weight'] = [width, 16 * width];
      shapes['4.dense0.bias'] = [width];
      shapes['4.dense1.weight'] = [1, width];
      shapes['4.dense1.bias'] = [1];
    } else {
      addConv(shapes, `${at}.conv0`, width, width);
      addConv(shapes, `${at}.conv1`, widths[level - 1], width);
    }
  });
  return shapes;
}

/** Those of the weights that a network needs up to a resolution, when its last level is there in full. */
export function usedNames(shapes: NamedShapes, resolution: number, faded = false): string[] {
  return Object.keys(shapes).filter((name) => {
    const [at, layer] = name.split('.');
    const rgb = layer === 'rgb' ? [resolution, ...(faded ? [resolution / 2] : [])] : undefined;
    return rgb ? rgb.includes(Number(at)) : Number(at) <= resolution;
  });
}

/** He's constant of a layer, which the equalized learning rate multiplies at run time (Karras et al. 2018, section 4.1). */
export function gainOf(name: string, shape: Shape): number {
  if (!name.endsWith('weight')) return 1;
  const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
  const linear = name === '4.dense1.weight' || shape[0] === 3;
  // A quarter in the first layer, as in the authors' code; PixelNorm follows it.
  return (linear ? 1 : name === '4.dense.weight' ? Math.SQRT2 / 4 : Math.SQRT2) / Math.sqrt(fanIn);
}

/** Weights as the layers see them: the trained numbers, of about N(0, 1), times their layers' constants. */
export function equalize(trained: NamedTensors): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(trained).map(([name, weight]) => {
      const gain = gainOf(name, weight.shape);
      return [name, gain === 1 ? weight : mul(weight, gain)];
    }),
  );
}

/** Weights to start training from: N(0, 1), biases zero. */
export function drawWeights(shapes: NamedShapes, random: RandomStream): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
      return [name, name.endsWith('weight') ? data.map(() => random.normal()) : data];
    }),
  );
}

function addConv(shapes: Record<string, Shape>, name: string, to: number, from: number, kernel = 3): void {
  shapes[`${name}.weight`] = [to, from, kernel, kernel];
  shapes[`${name}.bias`] = [to];
}
