import {
  add,
  broadcastTo,
  concat,
  constant,
  conv,
  leakyRelu,
  matmul,
  mul,
  reshape,
  resizeBilinear,
  type Tensor,
  upsampleNearest,
} from '../../tensor/index.ts';
import type { NamedTensors } from '../gan/architecture.ts';
import { addBias } from '../gan/generator.ts';

/** The part of the atlas that detail is made for, in texels of the coarsest map. */
export interface DetailWindow {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
}

/** Sizes of a detail network. */
export interface DetailArchitecture {
  /** Edge of the coarsest map; each further level is twice as large. */
  readonly edge: number;
  readonly window: DetailWindow;
  /** Channels of the levels, the coarsest first. */
  readonly widths: readonly number[];
  /** Learnt channels that tell where on the face a texel lies, level by level; 0 for none. */
  readonly constants: readonly number[];
  /** Texels of the coarsest map across a cell of the description. */
  readonly cell: number;
  /** Planes of noise for each of two channels of a level; the first always counts. */
  readonly planes: number;
}

/** Numbers that describe the detail of a cell: energy of four bands, of redness, and the direction of lines. */
export const STATISTICS = 6;
/** Channels of noise at each level but the first. */
export const NOISE_CHANNELS = 2;

/** Edges of the maps of all levels, ascending. */
export function detailLevels({ edge, widths }: DetailArchitecture): number[] {
  return widths.map((_, level) => edge << level);
}

/** Rows and columns of the window at a level. */
export function windowSize({ window, edge }: DetailArchitecture, resolution: number): [number, number] {
  const scale = resolution / edge;
  return [window.rows * scale, window.columns * scale];
}

/** The weights of a detail network by name, with their shapes. */
export function detailShapes(architecture: DetailArchitecture): Record<string, number[]> {
  const shapes: Record<string, number[]> = {};
  const { widths, constants } = architecture;
  detailLevels(architecture).forEach((at, level) => {
    const before = level > 0 ? widths[level - 1] : 0;
    const own = widths[level];
    const given = before + 3 + constants[level] + (level > 0 ? NOISE_CHANNELS : STATISTICS);
    shapes[`${at}.conv0.weight`] = [own, given, 3, 3];
    shapes[`${at}.conv1.weight`] = [own, own, 3, 3];
    if (level === 0) shapes[`${at}.conv2.weight`] = [own, own, 3, 3];
    else {
      shapes[`${at}.gain.weight`] = [NOISE_CHANNELS, before, 1, 1];
      shapes[`${at}.rgb.weight`] = [3, own, 1, 1];
    }
    if (constants[level] > 0) shapes[`${at}.constant`] = [constants[level], ...windowSize(architecture, at)];
  });
  for (const [name, [channels]] of Object.entries(shapes)) {
    if (name.endsWith('weight')) shapes[name.replace(/weight$/, 'bias')] = [channels];
  }
  return shapes;
}

/** What a detail network sees. */
export interface DetailInputs {
  /** The linear base in the window at a level's resolution, `[N, 3, h, w]`, sRGB from -1 to 1. */
  readonly base: (resolution: number) => Tensor;
  /** What the detail is like, in deviations, `[N, STATISTICS, rows / cell, columns / cell]`. */
  readonly description: Tensor;
  /** Shares of the planes of noise, `[N, planes]`, unit length. */
  readonly mixture: Tensor;
  /** The planes at a level, `[planes, 2 h w]`. */
  readonly noise: (resolution: number) => Tensor;
}

/**
 * Traces the detail that a linear base lacks: from the coarsest level up, nearest upsampling and two convolutions with
 * LeakyReLU 0.2, which see the base, fixed noise times a gain of their own, and learnt constants; each level adds its colors to
 * the enlarged ones of the level before (Karras et al. 2020, "skip" generator).
 *
 * @returns `[N, 3, h, w]`, what is to be added to the base in the window.
 */
export function traceDetail(
  weights: NamedTensors,
  architecture: DetailArchitecture,
  { base, description, mixture, noise }: DetailInputs,
  resolution: number,
): Tensor {
  const [count] = description.shape;
  const affine = (x: Tensor, name: string, pads: number) =>
    addBias(conv(x, weights[`${name}.weight`], { pads }), weights[`${name}.bias`]);
  const layer = (x: Tensor, name: string) => leakyRelu(affine(x, name, 1), 0.2);
  const places = (at: number): Tensor[] => {
    const learnt = weights[`${at}.constant`];
    return learnt ? [broadcastTo(reshape(learnt, [1, ...learnt.shape]), [count, ...learnt.shape])] : [];
  };

  const [first, ...finer] = detailLevels(architecture);
  const described = resizeBilinear(description, windowSize(architecture, first));
  let x = concat([base(first), described, ...places(first)], 1);
  for (const name of ['conv0', 'conv1', 'conv2']) x = layer(x, `${first}.${name}`);
  let residual: Tensor | undefined;
  for (const at of finer) {
    if (at > resolution) break;
    const size = windowSize(architecture, at);
    x = upsampleNearest(x);
    const mixed = reshape(matmul(mixture, noise(at)), [count, NOISE_CHANNELS, ...size]);
    const noisy = mul(mixed, affine(x, `${at}.gain`, 0));
    x = concat([x, base(at), noisy, ...places(at)], 1);
    x = layer(layer(x, `${at}.conv0`), `${at}.conv1`);
    const colors = affine(x, `${at}.rgb`, 0);
    residual = residual ? add(colors, resizeBilinear(residual, size)) : colors;
  }
  return residual ?? constant(new Float32Array(3), [1, 3, 1, 1]);
}
