import { choleskyFactor, choleskySolve } from '../linalg/cholesky.ts';
import { robustLight, type SkinObservation } from './albedo.ts';

/**
 * A linear model of skin color on the vertices (paper Eq. 1, per vertex): `albedo = exp(mean + modes' c)`, linear RGB.
 *
 * Logarithms keep it positive and make a darker skin a shift. It knows where lips, brows and lids are, which a smooth
 * average of one photo does not; that is what ties the shape to the picture.
 */
export interface AlbedoModel {
  /** Digest of the skin that its vertices belong to. */
  readonly topologyDigest: string;
  /** Number of modes, K. */
  readonly count: number;
  /** `[3 S]`, logarithms. */
  readonly mean: Float32Array;
  /** `[K, 3 S]`, each times its standard deviation. */
  readonly modes: Float32Array;
}

/** Deviation of log colors that the model does not explain. */
const RESIDUAL = 0.25;
/** Neighbouring vertices err together: so many of them count as one. */
const CORRELATED = 12;

/** Skin and light that explain what a photo shows, found by turns, each in closed form. */
export function fitAlbedo(
  model: AlbedoModel,
  { trust, colors, basis }: SkinObservation,
  rounds = 4,
): { readonly coefficients: Float32Array; readonly light: Float32Array } {
  const count = trust.length;
  let coefficients = new Float32Array(model.count);
  let light = new Float32Array(27);
  for (let round = 0; round < rounds; round++) {
    const albedo = albedoOf(model, coefficients);
    const found = robustLight(basis, colors, trust, count, albedo);
    light = Float32Array.from(found.light);
    const matrix = new Float64Array(model.count ** 2);
    const right = new Float64Array(model.count);
    for (let i = 0; i < model.count; i++) matrix[i * model.count + i] = 1;
    const scale = 1 / (RESIDUAL ** 2 * CORRELATED * 3);
    const column = new Float64Array(model.count);
    for (let v = 0; v < count; v++) {
      const weight = trust[v] * found.weights[v] * scale;
      if (weight === 0) continue;
      for (let c = 0; c < 3; c++) {
        let shade = 0;
        for (let k = 0; k < 9; k++) shade += basis[9 * v + k] * light[3 * k + c];
        const value =
          Math.log((colors[3 * v + c] + 0.01) / (Math.max(shade, 0.05) + 0.01)) - model.mean[3 * v + c];
        for (let i = 0; i < model.count; i++) column[i] = model.modes[i * 3 * count + 3 * v + c];
        for (let i = 0; i < model.count; i++) {
          const scaled = weight * column[i];
          right[i] += scaled * value;
          for (let j = 0; j <= i; j++) matrix[i * model.count + j] += scaled * column[j];
        }
      }
    }
    choleskyFactor(matrix, model.count);
    choleskySolve(matrix, model.count, right);
    coefficients = Float32Array.from(right);
  }
  return { coefficients, light };
}

/** Linear albedo of coefficients, `[S, 3]`. */
export function albedoOf(model: AlbedoModel, coefficients: ArrayLike<number>): Float32Array {
  const out = Float32Array.from(model.mean);
  for (let k = 0; k < model.count; k++) {
    const weight = coefficients[k];
    for (let i = 0; i < out.length; i++) out[i] += weight * model.modes[k * out.length + i];
  }
  return out.map(Math.exp);
}
