import { GanfitError } from '../../error.ts';
import { choleskyFactor, choleskySolve } from '../../linalg/cholesky.ts';
import { enlargePlanes, shrinkPlanes } from './resample.ts';
import { addColors, checkResolution, meanHalf, type TexturePca } from './texture-pca.ts';

/** A texture of which a part may be known. */
export interface PartialTexture {
  /** S, its edge, a power of two. */
  readonly size: number;
  /** `[3, S, S]`, sRGB from -1 to 1. */
  readonly color: ArrayLike<number>;
  /** How far each texel is believed, `[S, S]`, 0 … 1. */
  readonly confidence: ArrayLike<number>;
}

/** How a latent is found. */
export interface ProjectOptions {
  /** The resolution that is compared, 64 by default. */
  readonly resolution?: number;
  /**
   * Factor of the prior N(0, 1). Default 1: the most probable latent if neighboring errors agree over 1/16 of the atlas's
   * edge. Smaller follows the texture more closely.
   */
  readonly prior?: number;
}

/** Neighboring texels of an atlas of 64, and the colors of one texel, err together: so many numbers count as one. */
const CORRELATED = 48;

/**
 * The latent that explains a texture best: least squares on what is known, with the prior (ridge), in closed form.
 *
 * @returns `[K]`.
 * @throws GanfitError `input` when the resolution is none of the model's or finer than the texture.
 */
export function projectTexture(
  pca: TexturePca,
  texture: PartialTexture,
  { resolution = pca.levels[0].resolution, prior = 1 }: ProjectOptions = {},
): Float32Array {
  checkResolution(pca, resolution);
  if (!(texture.size >= resolution)) {
    throw new GanfitError(
      'input',
      `projectTexture: the texture must have at least ${resolution} texels, got ${texture.size}. Take a lower resolution.`,
    );
  }
  const { color, confidence } = shrinkPartial(texture, resolution);
  const basis = halfBasis(pca, resolution);
  const mean = meanHalf(pca, resolution);
  const { count, parities } = pca;
  const [rows, half] = [resolution, resolution / 2];
  const plane = rows * half;
  const length = 3 * plane;
  // A mirrored texel has the same components with their parity as sign: sums and differences of both sides are enough.
  const same = new Float64Array(length);
  const opposite = new Float64Array(length);
  const rightSame = new Float64Array(length);
  const rightOpposite = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const [row, column] = [Math.floor(i / half), i % half];
    const left = row * resolution + column;
    const right = row * resolution + resolution - 1 - column;
    const texels = resolution * resolution;
    const [weight, other] = [confidence[left % texels], confidence[right % texels]];
    same[i] = weight + other;
    opposite[i] = weight - other;
    const [a, b] = [weight * (color[left] - mean[i]), other * (color[right] - mean[i])];
    rightSame[i] = a + b;
    rightOpposite[i] = a - b;
  }
  const scale = CORRELATED * (resolution / 64) ** 2 * pca.residual ** 2 * prior;
  const matrix = new Float64Array(count * count);
  const solution = new Float64Array(count);
  const weighted = new Float64Array(length);
  for (let i = 0; i < count; i++) {
    const own = basis.subarray(i * length, (i + 1) * length);
    const right = parities[i] === 1 ? rightSame : rightOpposite;
    for (let t = 0; t < length; t++) solution[i] += own[t] * right[t];
    for (const parity of [1, -1]) {
      const weights = parity === parities[i] ? same : opposite;
      for (let t = 0; t < length; t++) weighted[t] = own[t] * weights[t];
      for (let j = 0; j <= i; j++) {
        if (parities[j] !== parity) continue;
        const other = j * length;
        let sum = 0;
        for (let t = 0; t < length; t++) sum += weighted[t] * basis[other + t];
        matrix[i * count + j] = sum;
      }
    }
    matrix[i * count + i] += scale;
  }
  choleskyFactor(matrix, count);
  choleskySolve(matrix, count, solution);
  return Float32Array.from(solution);
}

/** Averages a texture down, weighted by its confidence. */
export function shrinkPartial(
  { size, color, confidence }: PartialTexture,
  resolution: number,
): { readonly color: Float32Array; readonly confidence: Float32Array } {
  const factor = size / resolution;
  const texels = size * size;
  const weighted = Float32Array.from({ length: 3 * texels }, (_, i) => color[i] * confidence[i % texels]);
  const small = shrinkPlanes(weighted, 3, [size, size], factor);
  const trust = shrinkPlanes(confidence, 1, [size, size], factor);
  const few = resolution * resolution;
  return {
    color: small.map((value, i) => (trust[i % few] > 1e-6 ? value / trust[i % few] : 0)),
    confidence: trust,
  };
}

// People are projected one after another.
const cache = new WeakMap<TexturePca, Map<number, Float32Array>>();

/** Left halves of all components at a resolution, all layers together, `[K, 3, R, R / 2]`. */
export function halfBasis(pca: TexturePca, resolution: number): Float32Array {
  const known = cache.get(pca) ?? new Map<number, Float32Array>();
  cache.set(pca, known);
  let basis = known.get(resolution);
  if (!basis) {
    const length = (3 * resolution * resolution) / 2;
    basis = new Float32Array(pca.count * length);
    for (const { resolution: edge, channels, data } of pca.levels) {
      if (edge > resolution) continue;
      const own = data.length / pca.count;
      for (let k = 0; k < pca.count; k++) {
        const layer = data.subarray(k * own, (k + 1) * own);
        const large = enlargePlanes(layer, channels, [edge, edge / 2], resolution / edge, pca.parities[k]);
        addColors(basis.subarray(k * length, (k + 1) * length), large, channels, pca.detailColor);
      }
    }
    known.set(resolution, basis);
  }
  return basis;
}
