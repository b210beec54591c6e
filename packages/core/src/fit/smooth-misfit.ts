import { choleskyFactor, choleskySolve } from '../linalg/cholesky.ts';
import type { ShapeModel } from '../shape/model.ts';
import { matmul, reshape, sub, type Tensor, transpose } from '../tensor/index.ts';
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
 * The inverse of a factor of {@link factorField}: times the functions' products with the Jacobian it gives what the field takes off
 * the normal equations, `[F, F]`.
 */
export function inverseFactor(factor: Float64Array, count: number): Float32Array {
  const inverse = new Float32Array(count * count);
  const column = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    for (let i = j; i < count; i++) {
      let sum = i === j ? 1 : 0;
      for (let k = j; k < i; k++) sum -= factor[i * count + k] * column[k];
      column[i] = sum / factor[i * count + i];
      inverse[i * count + j] = column[i];
    }
  }
  return inverse;
}

/**
 * Takes the best field off the residuals.
 *
 * @param residuals `[N, 3]`; left as they are.
 * @param factor Of {@link factorField} at the same weights and deviation.
 * @returns What is left, `[N, 3]`, where a sample counts, and what the field costs.
 */
export function withoutField(
  { count, values }: MisfitField,
  residuals: Float32Array,
  weights: Float32Array,
  factor: Float64Array,
  deviation: number,
): { rest: Float32Array; cost: number } {
  const rest = residuals.slice();
  let cost = 0;
  const found = new Float64Array(count);
  for (let c = 0; c < 3; c++) {
    found.fill(0);
    for (let n = 0; n < weights.length; n++) {
      const value = weights[n] * residuals[3 * n + c];
      if (value === 0) continue;
      const at = n * count;
      for (let k = 0; k < count; k++) found[k] += value * values[at + k];
    }
    choleskySolve(factor, count, found);
    for (let n = 0; n < weights.length; n++) {
      if (weights[n] === 0) continue;
      const at = n * count;
      let sum = 0;
      for (let k = 0; k < count; k++) sum += found[k] * values[at + k];
      rest[3 * n + c] -= sum;
    }
    for (let k = 0; k < count; k++) cost += (0.5 * found[k] * found[k]) / deviation ** 2;
  }
  return { rest, cost };
}

/**
 * Traces the normal equations of weighted rows from which the field is eliminated: `J' J - E' E` with `E = L⁻¹ B' J`.
 *
 * @param jacobian Rows times the roots of their weights, the last column being the residual, `[3 N, columns]`.
 * @param bumps The functions times the same roots, `[N, F]`.
 * @param inverse Of {@link inverseFactor}, `[F, F]`; zeros for no field.
 * @returns `[columns, columns]`.
 */
export function traceProduct(jacobian: Tensor, bumps: Tensor, inverse: Tensor): Tensor {
  const [rows, columns] = jacobian.shape;
  const [samples, count] = bumps.shape;
  const cross = matmul(transpose(bumps, [1, 0]), reshape(jacobian, [samples, (rows / samples) * columns]));
  const eliminated = reshape(matmul(inverse, cross), [(count * rows) / samples, columns]);
  return sub(
    matmul(transpose(jacobian, [1, 0]), jacobian),
    matmul(transpose(eliminated, [1, 0]), eliminated),
  );
}
