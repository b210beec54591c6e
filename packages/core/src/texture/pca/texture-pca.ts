import { GanfitError } from '../../error.ts';
import type { SkinColors } from '../skin-colors.ts';
import { enlargePlanes, shrinkPlanes } from './resample.ts';

/**
 * One layer of a pyramid of components. A texture is the mean plus the sum of all layers, each enlarged bilinearly; a layer
 * holds what the coarser ones leave.
 */
export interface PcaLevel {
  /** R, edge of the textures that this layer completes. */
  readonly resolution: number;
  /** 3 for red, green and blue; 1 for brightness alone, which colors the texture along `detailColor`. */
  readonly channels: 1 | 3;
  /** The left half of every component, times its standard deviation, `[K, channels, R, R / 2]`. */
  readonly data: Float32Array;
}

/**
 * A linear model of skin textures (Gecer et al. 2019, equation 1): `T = mean + Σ latent[k] component[k]`, sRGB from -1 to 1.
 *
 * People come with their mirror images, so every component is symmetric or antisymmetric under the mirror of the atlas
 * (columns reversed) and its left half is all there is to know.
 */
export interface TexturePca {
  readonly name: string;
  /** The topology and UV layout; see `topologyDigest` in room `shape`. */
  readonly topologyDigest: string;
  /** K. Components are sorted by their variance. */
  readonly count: number;
  /** 1 symmetric, -1 antisymmetric, `[K]`. */
  readonly parities: Int8Array;
  /** Edge of the mean, S, a power of two. */
  readonly size: number;
  /** Left half of the symmetric mean, `[3, S, S / 2]`. */
  readonly mean: Float32Array;
  /** From coarse to fine; the first has three channels. */
  readonly levels: readonly PcaLevel[];
  /** Red, green and blue of one unit of brightness, unit length. */
  readonly detailColor: readonly [number, number, number];
  /** Deviation of a texel of a new person from the model's best texture. */
  readonly residual: number;
  /** Which mean colors of the face people have. */
  readonly skinColors?: SkinColors;
  /** Free text, such as licenses and where the model comes from. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Edges of the textures that a model can give: from its coarsest layer to its mean. */
export function pcaResolutions({ levels, size }: TexturePca): number[] {
  const edges: number[] = [];
  for (let edge = levels[0].resolution; edge <= size; edge *= 2) edges.push(edge);
  return edges;
}

/** @throws GanfitError `input` when the resolution is none of the model's. */
export function checkResolution(pca: TexturePca, resolution: number): void {
  const known = pcaResolutions(pca);
  if (known.includes(resolution)) return;
  throw new GanfitError(
    'input',
    `texture: the resolution must be one of ${known.join(', ')}, got ${resolution}. Choose one of these.`,
  );
}

/**
 * The texture of a latent, in plain numbers: the same as the traced `synthesize` gives.
 *
 * @param latent `[K]` or shorter; what is missing is zero.
 * @returns `[3, R, R]`, sRGB from -1 to 1, not clipped.
 * @throws GanfitError `input` when the resolution is none of the model's.
 */
export function pcaTexture(
  pca: TexturePca,
  latent: ArrayLike<number>,
  resolution: number = pca.size,
): Float32Array {
  checkResolution(pca, resolution);
  const halves = { 1: meanHalf(pca, resolution), [-1]: new Float32Array((3 * resolution ** 2) / 2) };
  for (const level of pca.levels) {
    if (level.resolution > resolution) continue;
    for (const parity of [1, -1] as const) {
      const sum = mixLevel(pca, level, latent, parity);
      const { channels, resolution: edge } = level;
      const large = enlargePlanes(sum, channels, [edge, edge / 2], resolution / edge, parity);
      addColors(halves[parity], large, channels, pca.detailColor);
    }
  }
  return joinHalves(halves[1], halves[-1], resolution);
}

/** Left half of the mean at a resolution, `[3, R, R / 2]`. */
export function meanHalf({ mean, size }: TexturePca, resolution: number): Float32Array {
  return shrinkPlanes(mean, 3, [size, size / 2], size / resolution);
}

function mixLevel(
  { count, parities }: TexturePca,
  { data }: PcaLevel,
  latent: ArrayLike<number>,
  parity: number,
): Float32Array {
  const length = data.length / count;
  const sum = new Float32Array(length);
  for (let k = 0; k < Math.min(count, latent.length); k++) {
    const weight = latent[k];
    if (parities[k] !== parity || weight === 0) continue;
    const row = k * length;
    for (let i = 0; i < length; i++) sum[i] += weight * data[row + i];
  }
  return sum;
}

/** Adds a layer's planes to three color planes. */
export function addColors(
  colors: Float32Array,
  planes: Float32Array,
  channels: number,
  detailColor: readonly number[],
): void {
  const plane = colors.length / 3;
  for (let c = 0; c < 3; c++) {
    const [from, weight] = channels === 3 ? [c * plane, 1] : [0, detailColor[c]];
    for (let i = 0; i < plane; i++) colors[c * plane + i] += weight * planes[from + i];
  }
}

/**
 * Puts both halves of textures together.
 *
 * @param even Left half of the symmetric part, `[3, R, R / 2]`.
 * @param odd Left half of the antisymmetric part.
 * @returns `[3, R, R]`.
 */
export function joinHalves(even: Float32Array, odd: Float32Array, resolution: number): Float32Array {
  const half = resolution / 2;
  const out = new Float32Array(3 * resolution * resolution);
  for (let row = 0; row < 3 * resolution; row++) {
    for (let j = 0; j < half; j++) {
      const i = row * half + j;
      out[row * resolution + j] = even[i] + odd[i];
      out[row * resolution + resolution - 1 - j] = even[i] - odd[i];
    }
  }
  return out;
}
