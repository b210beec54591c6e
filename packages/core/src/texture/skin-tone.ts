import { choleskyFactor, choleskySolve } from '../linalg/cholesky.ts';
import { smoothstep } from './face-area.ts';

/** What one person's skin looks like in one photo, in the logarithmic space of `complete`. */
export interface SkinTone {
  /** Logarithmic color of well-lit skin, `[3]`. */
  readonly color: readonly [number, number, number];
  /** Logarithmic color that the photo's light gives to a normal (1, x, y, z), `[4, 3]`. */
  readonly shading: Float64Array;
  /** Mean normal of the samples, `[3]`: there the shading is the face's average. */
  readonly facing: readonly [number, number, number];
  /** Robust standard deviations of brightness and of the two color ratios, `[3]`. */
  readonly deviation: readonly [number, number, number];
}

/** Deviations are kept in these bounds: nobody's skin is as even as a wall, and a beard is no measure of it. */
const BOUNDS = [
  [0.12, 0.35],
  [0.04, 0.12],
  [0.05, 0.15],
] as const;

/**
 * Measures the skin robustly, so that lips, brows, beard and spectacles among the samples do not matter: iteratively
 * reweighted least squares (Tukey's biweight) of the logarithmic color on the surface normal. The light of the photo is
 * thereby told from the color of the skin, to first order.
 *
 * @param colors Logarithmic RGB, `[N, 3]`.
 * @param normals Unit normals, `[N, 3]`.
 * @param use Whether a sample counts.
 */
export function measureSkinTone(
  colors: Float32Array,
  normals: Float32Array,
  use: (sample: number) => boolean,
): SkinTone {
  const samples: number[] = [];
  const count = colors.length / 3;
  // Some thousand samples give the median to a percent.
  const stride = Math.max(1, Math.floor(count / 16_000));
  for (let n = 0; n < count; n += stride) if (use(n)) samples.push(n);
  const shading = new Float64Array(12);
  for (let k = 0; k < 3; k++) shading[k] = median(samples.map((n) => colors[3 * n + k])) ?? Math.log(0.3);
  let tone: SkinTone = {
    color: [shading[0], shading[1], shading[2]],
    shading,
    facing: [0, 0, 1],
    deviation: [0.26, 0.08, 0.1],
  };
  if (samples.length < 100) return tone;
  for (let round = 0; round < 6; round++) {
    const weights = samples.map((n) => {
      const distance = strangeness(tone, colors, normals, n) / 3;
      return distance < 1 ? (1 - distance * distance) ** 2 : 0;
    });
    const fitted = regress(samples, weights, colors, normals);
    const residuals = samples.map((n) => residualOf(fitted, colors, normals, n));
    const deviation = [0, 1, 2].map((axis) => {
      const kept = residuals.filter((_, i) => weights[i] > 0.2).map((residual) => Math.abs(residual[axis]));
      return Math.min(BOUNDS[axis][1], Math.max(BOUNDS[axis][0], 1.4826 * (median(kept) ?? 0)));
    });
    tone = { ...tone, shading: fitted, deviation: [deviation[0], deviation[1], deviation[2]] };
  }
  return { ...tone, color: brightSkin(samples, tone, colors, normals), facing: meanNormal(samples, normals) };
}

function meanNormal(samples: readonly number[], normals: Float32Array): [number, number, number] {
  const mean = (axis: number): number =>
    samples.reduce((sum, n) => sum + normals[3 * n + axis], 0) / samples.length;
  return [mean(0), mean(1), mean(2)];
}

/** No light is taken for more than this, logarithmic: dark sides are also hair's shadow, and noise must not be blown up. */
const MOST_SHADING = 0.8;

/**
 * Divides colors by the light that the photo gives to their normals; what the average of the face receives stays.
 *
 * Only the smooth, first-order part is known: cast shadows and highlights remain.
 *
 * @param colors Logarithmic RGB, `[N, 3]`; changed in place.
 * @param normals Unit normals, `[N, 3]`.
 * @param share How much of the light is taken out, 0 … 1.
 */
export function removeShading(
  tone: SkinTone,
  colors: Float32Array,
  normals: Float32Array,
  share: number,
): void {
  const { shading, facing } = tone;
  for (let n = 0; n < colors.length / 3; n++) {
    for (let k = 0; k < 3; k++) {
      let beside = 0;
      for (let axis = 0; axis < 3; axis++) {
        beside += shading[3 + 3 * axis + k] * (normals[3 * n + axis] - facing[axis]);
      }
      colors[3 * n + k] -= share * Math.min(MOST_SHADING, Math.max(-MOST_SHADING, beside));
    }
  }
}

/** The mean color of the brighter half of what is surely skin: shadows and stubble do not darken it. */
function brightSkin(
  samples: readonly number[],
  tone: SkinTone,
  colors: Float32Array,
  normals: Float32Array,
): [number, number, number] {
  const skin = samples
    .filter((n) => strangeness(tone, colors, normals, n) < 2)
    .sort((a, b) => colors[3 * a + 1] - colors[3 * b + 1]);
  const chosen = skin.slice(Math.floor(0.4 * skin.length), Math.ceil(0.8 * skin.length));
  if (chosen.length === 0) return [tone.color[0], tone.color[1], tone.color[2]];
  const mean = (k: number): number => chosen.reduce((sum, n) => sum + colors[3 * n + k], 0) / chosen.length;
  return [mean(0), mean(1), mean(2)];
}

/**
 * Tells how likely a color is the person's skin: hair, spectacles and background fall off.
 *
 * @param tone Of this person in this photo.
 * @param colors Logarithmic RGB, `[N, 3]`.
 * @param normals Unit normals, `[N, 3]`.
 * @param n Which of them.
 * @param severity Above one less is taken for skin.
 * @returns 1 like the skin … 0 unlike it.
 */
export function skinLikeness(
  tone: SkinTone,
  colors: Float32Array,
  normals: Float32Array,
  n: number,
  severity = 1,
): number {
  return smoothstep(4, 2, severity * strangeness(tone, colors, normals, n));
}

/** Distance from the expected skin in deviations. */
function strangeness(tone: SkinTone, colors: Float32Array, normals: Float32Array, n: number): number {
  const [brightness, red, blue] = residualOf(tone.shading, colors, normals, n);
  const { deviation } = tone;
  // Highlights are skin; nothing that should be left out is brighter than it and of its hue.
  const gloss = brightness > 0 ? 0.6 : 1;
  return Math.hypot((gloss * brightness) / deviation[0], red / deviation[1], blue / deviation[2]);
}

/**
 * Distance of a color, its light taken out, from the person's well-lit skin, in deviations.
 *
 * @param colors Logarithmic RGB, `[N, 3]`.
 * @param n Which of them.
 */
export function colorDistance(tone: SkinTone, colors: Float32Array, n: number): number {
  const [r, g, b] = [0, 1, 2].map((k) => colors[3 * n + k] - tone.color[k]);
  const { deviation } = tone;
  return Math.hypot((r + g + b) / 3 / deviation[0], (r - g) / deviation[1], (b - g) / deviation[2]);
}

/** Brightness, red against green and blue against green, beside what the light makes of skin there. */
function residualOf(
  shading: Float64Array,
  colors: Float32Array,
  normals: Float32Array,
  n: number,
): readonly [number, number, number] {
  const beside = (k: number): number =>
    colors[3 * n + k] -
    shading[k] -
    shading[3 + k] * normals[3 * n] -
    shading[6 + k] * normals[3 * n + 1] -
    shading[9 + k] * normals[3 * n + 2];
  const [r, g, b] = [beside(0), beside(1), beside(2)];
  return [(r + g + b) / 3, r - g, b - g];
}

function regress(
  samples: readonly number[],
  weights: readonly number[],
  colors: Float32Array,
  normals: Float32Array,
): Float64Array {
  const matrix = new Float64Array(16);
  const right = new Float64Array(12);
  samples.forEach((n, i) => {
    const row = [1, normals[3 * n], normals[3 * n + 1], normals[3 * n + 2]];
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b <= a; b++) matrix[4 * a + b] += weights[i] * row[a] * row[b];
      for (let k = 0; k < 3; k++) right[4 * k + a] += weights[i] * row[a] * colors[3 * n + k];
    }
  });
  // A mild pull of the slopes to zero: a face seen from the front says little about normals that point sideways.
  for (let a = 0; a < 4; a++) matrix[5 * a] += 1e-6 + (a > 0 ? 0.004 * samples.length : 0);
  choleskyFactor(matrix, 4);
  choleskySolve(matrix, 4, right, 3);
  return Float64Array.from({ length: 12 }, (_, i) => right[4 * (i % 3) + Math.floor(i / 3)]);
}

function median(values: readonly number[]): number | undefined {
  const sorted = Float64Array.from(values).sort();
  return sorted.length > 0 ? sorted[sorted.length >> 1] : undefined;
}
