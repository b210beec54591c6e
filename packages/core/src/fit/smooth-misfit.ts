import { choleskyFactor, choleskySolve } from '../linalg/cholesky.ts';
import type { ShapeModel } from '../shape/model.ts';
import type { SurfaceSamples } from './surface-samples.ts';

/**
 * Smooth differences of render and photo that no unknown explains: gloss, cast shadows, colored light from one side, skin
 * unlike that of all people the model knows. Left to the residuals they would bend the head; as functions of their own, which
 * are fitted and thrown away, they cost nothing but their prior.
 */
export interface MisfitField {
  /** Functions, F. */
  readonly count: number;
  /** Gaussian bumps over the face, `[N, F]`. */
  readonly values: Float32Array;
}

/** Bumps over the face, and their standard deviation, millimetres. */
const BUMPS = 40;
const WIDTH = 18;

const fields = new WeakMap<SurfaceSamples, MisfitField>();

/** The bumps of a model's samples, made once. */
export function misfitField(model: ShapeModel, samples: SurfaceSamples): MisfitField {
  let field = fields.get(samples);
  if (!field) {
    field = bumps(model, samples);
    fields.set(samples, field);
  }
  return field;
}

function bumps({ mean }: ShapeModel, { vertices }: SurfaceSamples): MisfitField {
  const count = Math.min(BUMPS, vertices.length);
  const values = new Float32Array(vertices.length * count);
  // Each center is the sample farthest from those before it.
  const nearest = new Float32Array(vertices.length).fill(Number.POSITIVE_INFINITY);
  let center = 0;
  for (let k = 0; k < count; k++) {
    const c = 3 * vertices[center];
    let farthest = 0;
    for (let n = 0; n < vertices.length; n++) {
      const v = 3 * vertices[n];
      const squared =
        (mean[v] - mean[c]) ** 2 + (mean[v + 1] - mean[c + 1]) ** 2 + (mean[v + 2] - mean[c + 2]) ** 2;
      values[n * count + k] = Math.exp(-squared / (2 * WIDTH ** 2));
      nearest[n] = Math.min(nearest[n], squared);
      if (nearest[n] > nearest[farthest]) farthest = n;
    }
    center = farthest;
  }
  return { count, values };
}

/** The functions' normal equations at given weights of the samples, factored. */
export function factorField(
  { count, values }: MisfitField,
  weights: Float32Array,
  deviation: number,
): Float64Array {
  const matrix = new Float64Array(count * count);
  for (let n = 0; n < weights.length; n++) {
    const weight = weights[n];
    if (weight === 0) continue;
    for (let i = 0; i < count; i++) {
      const value = weight * values[n * count + i];
      if (value < 1e-9) continue;
      for (let j = 0; j <= i; j++) matrix[i * count + j] += value * values[n * count + j];
    }
  }
  for (let i = 0; i < count; i++) matrix[i * count + i] += 1 / deviation ** 2;
  choleskyFactor(matrix, count);
  return matrix;
}

/**
 * Takes the best field off the residuals.
 *
 * @param residuals `[N, 3]`; left as they are.
 * @returns What is left, `[N, 3]`, and what the field costs.
 */
export function withoutField(
  field: MisfitField,
  residuals: Float32Array,
  weights: Float32Array,
  deviation: number,
): { rest: Float32Array; cost: number } {
  const { count, values } = field;
  const factor = factorField(field, weights, deviation);
  const rest = residuals.slice();
  let cost = 0;
  for (let c = 0; c < 3; c++) {
    const sums = new Float64Array(count);
    for (let n = 0; n < weights.length; n++) {
      const value = weights[n] * residuals[3 * n + c];
      if (value === 0) continue;
      for (let k = 0; k < count; k++) sums[k] += value * values[n * count + k];
    }
    const found = sums;
    choleskySolve(factor, count, found);
    for (let n = 0; n < weights.length; n++) {
      let sum = 0;
      for (let k = 0; k < count; k++) sum += found[k] * values[n * count + k];
      rest[3 * n + c] -= sum;
    }
    for (const f of found) cost += (0.5 * f * f) / deviation ** 2;
  }
  return { rest, cost };
}

/**
 * Eliminates the field from the product of a weighted Jacobian with itself.
 *
 * @param product `[columns, columns]`, changed.
 * @param cross Weighted functions times each channel's Jacobian, `[F, 3, columns]`, changed.
 */
export function eliminateField(
  product: Float32Array,
  cross: Float32Array,
  factor: Float64Array,
  count: number,
  columns: number,
): void {
  const width = 3 * columns;
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < i; k++) {
      const l = factor[i * count + k];
      if (l === 0) continue;
      for (let j = 0; j < width; j++) cross[i * width + j] -= l * cross[k * width + j];
    }
    const scale = 1 / factor[i * count + i];
    for (let j = 0; j < width; j++) cross[i * width + j] *= scale;
  }
  for (let row = 0; row < 3 * count; row++) {
    const values = cross.subarray(row * columns, (row + 1) * columns);
    for (let i = 0; i < columns; i++) {
      const value = values[i];
      if (value === 0) continue;
      const at = i * columns;
      for (let j = 0; j < columns; j++) product[at + j] -= value * values[j];
    }
  }
}
