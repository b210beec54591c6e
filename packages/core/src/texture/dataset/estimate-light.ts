import { choleskyFactor, choleskySolve } from '../../linalg/cholesky.ts';
import { HARMONIC_FACTORS, type HarmonicLight } from '../../render/light.ts';

/** Photo and mean albedo at N places of the skin. */
export interface LitSkin {
  /** What the photo shows, linear RGB, `[N, 3]`. */
  readonly colors: Float32Array;
  /** What the average person's skin is like there, linear RGB, `[N, 3]`. */
  readonly albedo: Float32Array;
  /** Unit normals of the fitted face, head axes, `[N, 3]`. */
  readonly normals: Float32Array;
  /** Trust, `[N]`, 0 … 1. */
  readonly trust: Float32Array;
}

/** The light of one photo as far as a face tells it. */
export interface EstimatedLight {
  /** Relative to the mean albedo: tone and exposure of the person are in its constant term. */
  readonly light: HarmonicLight;
  /** Mean shading of the well-seen face, RGB; what stays in the texture when the light is divided out. */
  readonly reference: readonly [number, number, number];
  /** Robust relative deviation of the photo from albedo times light. */
  readonly deviation: number;
}

/** A pixel tells little that its neighbor does not: so many independent ones a face is worth. */
const EFFECTIVE_SAMPLES = 40;
/** Prior standard deviations of first- and second-order coefficients, as a share of the constant one. */
const PRIOR = [0.5, 0.2];
/** The order of each of the nine functions. */
const ORDERS = [0, 1, 1, 1, 2, 2, 2, 2, 2];

/**
 * Estimates second-order spherical harmonics light (Ramamoorthi and Hanrahan 2001) against a known mean albedo.
 *
 * Ridge regression of the ratio photo / albedo on the normals, reweighted by Tukey's biweight, so that beard, hair,
 * spectacles and highlights do not bend it.
 *
 * @param order Highest order of the harmonics, 1 or 2. Default 2; 1 while the mean albedo is not known yet.
 */
export function estimateLight(skin: LitSkin, order: 1 | 2 = 2): EstimatedLight {
  const { colors, albedo, normals, trust } = skin;
  const count = order === 1 ? 4 : 9;
  const samples: number[] = [];
  let known = 0;
  for (let n = 0; n < trust.length; n++) if (trust[n] > 0.6) known++;
  const stride = Math.max(1, Math.floor(known / 12_000));
  for (let n = 0, i = 0; n < trust.length; n++) if (trust[n] > 0.6 && i++ % stride === 0) samples.push(n);

  const bases = new Float64Array(samples.length * count);
  const ratios = new Float64Array(samples.length * 3);
  samples.forEach((n, i) => {
    basis(normals, n, bases, i * count, count);
    for (let k = 0; k < 3; k++) ratios[3 * i + k] = (colors[3 * n + k] + 0.005) / (albedo[3 * n + k] + 0.005);
  });
  const constant = [0, 1, 2].map((k) => median(samples.map((_, i) => ratios[3 * i + k])) || 1);
  let coefficients = new Float64Array(3 * count);
  constant.forEach((value, k) => {
    coefficients[k * count] = value / HARMONIC_FACTORS[0];
  });
  let deviation = 0.3;
  for (let round = 0; round < 8; round++) {
    const residuals = samples.map((_, i) => relativeResidual(i, bases, ratios, coefficients, count));
    const spread = 1.4826 * median(residuals.map(Math.abs));
    deviation = spread;
    const cut = 3 * Math.min(0.3, Math.max(0.08, spread));
    const weights = residuals.map((r) => (Math.abs(r) < cut ? (1 - (r / cut) ** 2) ** 2 : 0));
    coefficients = solve(bases, ratios, weights, count, constant);
  }
  const light = new Float32Array(27);
  for (let b = 0; b < count; b++) for (let k = 0; k < 3; k++) light[3 * b + k] = coefficients[k * count + b];
  const reference = [0, 1, 2].map((k) => {
    const values = samples.map((_, i) => predict(i, bases, coefficients, k, count));
    return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  });
  return {
    light: { kind: 'harmonics', coefficients: light },
    reference: [reference[0] || 1, reference[1] || 1, reference[2] || 1],
    deviation,
  };
}

/**
 * Divides colors by the light on them; what the average of the face receives stays in them.
 *
 * @param colors Linear RGB, `[N, 3]`; changed in place.
 * @param normals Unit normals, `[N, 3]`.
 */
export function divideLight(
  { light, reference }: EstimatedLight,
  colors: Float32Array,
  normals: Float32Array,
): void {
  const values = new Float64Array(9);
  for (let n = 0; n < colors.length / 3; n++) {
    basis(normals, n, values, 0, 9);
    for (let k = 0; k < 3; k++) {
      let shading = 0;
      for (let b = 0; b < 9; b++) shading += values[b] * light.coefficients[3 * b + k];
      // Beyond these the harmonics are extrapolated: lids would glow, and noise would be blown up.
      colors[3 * n + k] /= Math.min(1.7, Math.max(0.55, shading / reference[k]));
    }
  }
}

/** The light's part of the ratio, per unit of each coefficient. */
function basis(normals: Float32Array, n: number, out: Float64Array, at: number, count: number): void {
  const [x, y, z] = [normals[3 * n], normals[3 * n + 1], normals[3 * n + 2]];
  const values = [1, y, z, x, x * y, y * z, 3 * z * z - 1, x * z, x * x - y * y];
  for (let b = 0; b < count; b++) out[at + b] = values[b] * HARMONIC_FACTORS[b];
}

function predict(
  i: number,
  bases: Float64Array,
  coefficients: Float64Array,
  k: number,
  count: number,
): number {
  let sum = 0;
  for (let b = 0; b < count; b++) sum += bases[i * count + b] * coefficients[k * count + b];
  return sum;
}

/** Mean relative residual of the three channels. */
function relativeResidual(
  i: number,
  bases: Float64Array,
  ratios: Float64Array,
  coefficients: Float64Array,
  count: number,
): number {
  let sum = 0;
  for (let k = 0; k < 3; k++) {
    const expected = Math.max(0.05, predict(i, bases, coefficients, k, count));
    sum += Math.min(3, ratios[3 * i + k] / expected) - 1;
  }
  return sum / 3;
}

function solve(
  bases: Float64Array,
  ratios: Float64Array,
  weights: readonly number[],
  count: number,
  constant: readonly number[],
): Float64Array<ArrayBuffer> {
  const normal = new Float64Array(count * count);
  const right = new Float64Array(3 * count);
  let total = 0;
  weights.forEach((weight, i) => {
    if (weight === 0) return;
    total += weight;
    for (let a = 0; a < count; a++) {
      const wa = weight * bases[i * count + a];
      for (let b = 0; b <= a; b++) normal[a * count + b] += wa * bases[i * count + b];
      for (let k = 0; k < 3; k++) right[k * count + a] += wa * ratios[3 * i + k];
    }
  });
  const result = new Float64Array(3 * count);
  for (let k = 0; k < 3; k++) {
    const matrix = Float64Array.from(normal);
    const noise = (0.2 * constant[k]) ** 2 / EFFECTIVE_SAMPLES;
    for (let a = 0; a < count; a++) {
      const share = ORDERS[a] === 0 ? 10 : PRIOR[ORDERS[a] - 1];
      const deviation = (share * constant[k]) / HARMONIC_FACTORS[0];
      matrix[a * count + a] += (total * noise) / (deviation * deviation) + 1e-9;
    }
    choleskyFactor(matrix, count);
    const column = right.slice(k * count, (k + 1) * count);
    choleskySolve(matrix, count, column);
    result.set(column, k * count);
  }
  return result;
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted.length > 0 ? sorted[sorted.length >> 1] : 0;
}
