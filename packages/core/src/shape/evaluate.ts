import { GanfitError } from '../error.ts';
import type { Basis, ShapeModel, SurfacePoints } from './model.ts';

/**
 * Vertices of a face (paper Eq. 2): `mean + identity' p_s + expression' p_e`.
 *
 * @param identity Coefficients, N(0, 1); as many as given are used, the others are zero.
 * @param expression Coefficients, N(0, 1); as above.
 * @returns `[3 V]`, millimetres.
 * @throws GanfitError `input` when there are more coefficients than modes.
 */
export function evaluateShape(
  model: ShapeModel,
  identity: ArrayLike<number> = [],
  expression: ArrayLike<number> = [],
): Float32Array {
  const vertices = model.mean.slice();
  addModes(vertices, model.identity, identity, 'identity');
  addModes(vertices, model.expression, expression, 'expression');
  return vertices;
}

/**
 * Vertices of a face with named shapes, such as `{ jawOpen: 0.5 }`.
 *
 * @param weights ARKit names; 1 is the full shape.
 * @returns `[3 V]`, millimetres.
 * @throws GanfitError `input` for a name that the model does not have.
 */
export function evaluateNamed(
  model: ShapeModel,
  identity: ArrayLike<number>,
  weights: Readonly<Record<string, number>>,
): Float32Array {
  const all = new Float32Array(model.shapeNames.length);
  for (const [name, weight] of Object.entries(weights)) {
    const index = model.shapeNames.indexOf(name);
    if (index < 0) {
      throw new GanfitError(
        'input',
        `evaluateNamed: shapes must be of the model, got "${name}". Use one of ${model.shapeNames.join(', ')}.`,
      );
    }
    all[index] = weight;
  }
  const vertices = model.mean.slice();
  addModes(vertices, model.identity, identity, 'identity');
  addModes(vertices, model.shapes, all, 'named shape');
  return vertices;
}

/** ARKit weights, `[51]`, of expression coefficients: the same face as `evaluateShape` shows. */
export function namedWeights(model: ShapeModel, expression: ArrayLike<number>): Float32Array {
  const names = model.shapeNames.length;
  const weights = new Float32Array(names);
  for (let k = 0; k < Math.min(expression.length, model.expression.count); k++) {
    for (let j = 0; j < names; j++) weights[j] += expression[k] * model.expressionMixture[k * names + j];
  }
  return weights;
}

/**
 * Positions of points that ride on triangles.
 *
 * @param vertices `[3 V]`.
 * @param triangles `[T, 3]`.
 * @returns `[N, 3]`.
 */
export function surfacePoints(
  vertices: Float32Array,
  triangles: Uint32Array,
  points: SurfacePoints,
): Float32Array {
  const result = new Float32Array(points.triangles.length * 3);
  points.triangles.forEach((triangle, i) => {
    for (let corner = 0; corner < 3; corner++) {
      const weight = points.barycentrics[3 * i + corner];
      const vertex = 3 * triangles[3 * triangle + corner];
      for (let axis = 0; axis < 3; axis++) result[3 * i + axis] += weight * vertices[vertex + axis];
    }
  });
  return result;
}

function addModes(vertices: Float32Array, basis: Basis, coefficients: ArrayLike<number>, what: string): void {
  if (coefficients.length > basis.count) {
    throw new GanfitError(
      'input',
      `evaluateShape: there are ${basis.count} ${what} modes, got ${coefficients.length} coefficients. Use parameters of this model.`,
    );
  }
  const { length } = vertices;
  for (let k = 0; k < coefficients.length; k++) {
    const weight = coefficients[k];
    if (weight === 0) continue;
    const mode = basis.data.subarray(k * length, (k + 1) * length);
    for (let i = 0; i < length; i++) vertices[i] += weight * mode[i];
  }
}
