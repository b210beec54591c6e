import { choleskyFactor } from '../linalg/cholesky.ts';
import { type RandomStream, randomStream } from '../random/index.ts';

/**
 * Which mean colors of the face people have, as the latents of a texture model tell them: a mixture of Gaussians over at most
 * three numbers, the *tone*, each of deviation about one among people.
 *
 * A linear model says that brightness is Gaussian. Among people it is skewed: nobody is paler than white, and some are very dark.
 */
export interface SkinColors {
  /** The tone of a latent is `directions · latent`, `[R, D]`, R rows of unit length, at right angles; D numbers of a latent at most. */
  readonly directions: Float32Array;
  /** R, 1 to 3. */
  readonly rank: number;
  /** Share of people in each part of the mixture, `[M]`, summing to 1. */
  readonly weights: Float32Array;
  /** Tones in the middle of each part, `[M, R]`. */
  readonly means: Float32Array;
  /** Lower triangular Cholesky factors of the covariances, `[M, R, R]`. */
  readonly roots: Float32Array;
  /**
   * Tones are drawn from within so many deviations of a part. What lies farther out are the odd casts of single photos: lilac,
   * wine-red. Cutting each part by itself keeps the rare ones, such as the darkest skin, as frequent as they are.
   */
  readonly reach: number;
}

/** How a mixture is learnt. */
export interface SkinColorOptions {
  /** Parts of the mixture, M. Default 4; held-out people like 3 to 6 of them equally well. */
  readonly parts?: number;
  /** See `SkinColors`. Default 2.2: four of five tones of three numbers. */
  readonly reach?: number;
  readonly seed?: number;
}

/** People that a part of the mixture needs at least. */
const FEW = 20;
const [STARTS, ROUNDS] = [4, 100];
/** Weight of the prior covariance of a part, in people. */
const PRIOR = 5;
const PRIOR_VARIANCE = 0.1;
/** A direction in which colors differ less than this, relative to the first, is none. */
const FLAT = 0.02;

/**
 * Learns which mean colors people have.
 *
 * @param colors Mean color of the face that each number of a latent adds, `[3, D]`.
 * @param latents Of people, N times `[D]`.
 * @returns Nothing when there are too few people.
 */
export function learnSkinColors(
  colors: readonly ArrayLike<number>[],
  latents: readonly ArrayLike<number>[],
  { parts = 4, reach = 2.2, seed = 0 }: SkinColorOptions = {},
): SkinColors | undefined {
  const rows = orthonormal(colors);
  const rank = rows.length;
  if (rank === 0 || latents.length < FEW * parts) return undefined;
  const size = rows[0].length;
  const directions = new Float32Array(rank * size);
  rows.forEach((row, r) => {
    directions.set(row, r * size);
  });
  const tones = latents.map((latent) => toneOf({ directions, rank }, latent));
  let best: Fit | undefined;
  for (let start = 0; start < STARTS; start++) {
    const fit = fitMixture(tones, parts, randomStream(seed, `skin colors ${start}`));
    if (!best || fit.likelihood > best.likelihood) best = fit;
  }
  const { weights, means, roots } = best as Fit;
  return { directions, rank, weights, means, roots, reach };
}

/**
 * Gives a random latent the tone of somebody: what it says of all else stays, as components at right angles to the tone are
 * independent of it.
 *
 * @param latent `[D]` or longer, N(0, 1); changed in place.
 */
export function colorLatent(colors: SkinColors, latent: Float32Array, random: RandomStream): void {
  const { directions, rank } = colors;
  const size = directions.length / rank;
  const [own, wanted] = [toneOf(colors, latent), drawTone(colors, random)];
  for (let r = 0; r < rank; r++) {
    for (let k = 0; k < size; k++) latent[k] += (wanted[r] - own[r]) * directions[r * size + k];
  }
}

/** The tone of a latent, `[R]`. */
export function toneOf(
  { directions, rank }: Pick<SkinColors, 'directions' | 'rank'>,
  latent: ArrayLike<number>,
): Float64Array {
  const size = directions.length / rank;
  const tone = new Float64Array(rank);
  for (let r = 0; r < rank; r++) {
    for (let k = 0; k < size; k++) tone[r] += directions[r * size + k] * latent[k];
  }
  return tone;
}

function drawTone({ rank, weights, means, roots, reach }: SkinColors, random: RandomStream): Float64Array {
  let [part, left] = [0, random.uniform()];
  while (part < weights.length - 1 && left >= weights[part]) left -= weights[part++];
  const noise = new Float64Array(rank);
  // Within any reach that makes sense a few tries are enough; a thousand without success would mean a broken file.
  for (let attempt = 0; attempt < 1000; attempt++) {
    for (let i = 0; i < rank; i++) noise[i] = random.normal();
    if (length(noise) <= reach) break;
  }
  return Float64Array.from(noise, (_, i) => {
    let value = means[part * rank + i];
    for (let j = 0; j <= i; j++) value += roots[(part * rank + i) * rank + j] * noise[j];
    return value;
  });
}

interface Fit {
  readonly weights: Float32Array;
  readonly means: Float32Array;
  readonly roots: Float32Array;
  readonly likelihood: number;
}

/** Expectation maximization (Dempster et al. 1977), with a weak prior that keeps every part from closing in on a few people. */
function fitMixture(tones: readonly Float64Array[], parts: number, random: RandomStream): Fit {
  const rank = tones[0].length;
  const weights = new Float32Array(parts).fill(1 / parts);
  const means = new Float32Array(parts * rank);
  const roots = new Float32Array(parts * rank * rank);
  for (let part = 0; part < parts; part++) {
    means.set(tones[random.index(tones.length)], part * rank);
    for (let i = 0; i < rank; i++) roots[(part * rank + i) * rank + i] = 1;
  }
  const shares = tones.map(() => new Float64Array(parts));
  let likelihood = 0;
  for (let round = 0; round < ROUNDS; round++) {
    likelihood = 0;
    tones.forEach((tone, n) => {
      const logs = Array.from(weights, (_, part) => logPart({ rank, weights, means, roots }, part, tone));
      const total = logSum(logs);
      likelihood += total / tones.length;
      logs.forEach((value, part) => {
        shares[n][part] = Math.exp(value - total);
      });
    });
    for (let part = 0; part < parts; part++) {
      let count = 1e-9;
      const mean = new Float64Array(rank);
      tones.forEach((tone, n) => {
        count += shares[n][part];
        for (let i = 0; i < rank; i++) mean[i] += shares[n][part] * tone[i];
      });
      const covariance = new Float64Array(rank * rank);
      for (let i = 0; i < rank; i++) mean[i] /= count;
      tones.forEach((tone, n) => {
        for (let i = 0; i < rank; i++) {
          for (let j = 0; j <= i; j++) {
            covariance[i * rank + j] += shares[n][part] * (tone[i] - mean[i]) * (tone[j] - mean[j]);
          }
        }
      });
      for (let i = 0; i < rank; i++) covariance[i * rank + i] += PRIOR * PRIOR_VARIANCE;
      for (let i = 0; i < covariance.length; i++) covariance[i] /= count + PRIOR;
      choleskyFactor(covariance, rank);
      weights[part] = count / tones.length;
      means.set(mean, part * rank);
      roots.set(covariance, part * rank * rank);
    }
  }
  return { weights, means, roots, likelihood };
}

function logPart(
  { rank, weights, means, roots }: Omit<SkinColors, 'directions' | 'reach'>,
  part: number,
  tone: ArrayLike<number>,
): number {
  const solved = new Float64Array(rank);
  let value = Math.log(weights[part]) - (rank / 2) * Math.log(2 * Math.PI);
  for (let i = 0; i < rank; i++) {
    const row = (part * rank + i) * rank;
    solved[i] = tone[i] - means[part * rank + i];
    for (let j = 0; j < i; j++) solved[i] -= roots[row + j] * solved[j];
    solved[i] /= roots[row + i];
    value -= 0.5 * solved[i] ** 2 + Math.log(roots[row + i]);
  }
  return value;
}

function logSum(values: readonly number[]): number {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

/** Gram and Schmidt: unit rows that span the given ones, without those that add hardly anything. */
function orthonormal(rows: readonly ArrayLike<number>[]): Float64Array[] {
  const found: Float64Array[] = [];
  let longest = 0;
  for (const row of rows) {
    const rest = Float64Array.from(row);
    longest = Math.max(longest, length(rest));
    // Twice, since the first time leaves rounding of the size of what was taken away.
    for (const known of [...found, ...found]) {
      const along = rest.reduce((sum, value, k) => sum + value * known[k], 0);
      for (let k = 0; k < rest.length; k++) rest[k] -= along * known[k];
    }
    const left = length(rest);
    if (left > FLAT * longest) found.push(rest.map((value) => value / left));
  }
  return found;
}

function length(vector: Float64Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value ** 2, 0));
}
