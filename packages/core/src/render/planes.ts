import { GanfitError } from '../error.ts';
import {
  add,
  constant,
  div,
  gather,
  matmul,
  mul,
  reshape,
  type Shape,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  transpose,
} from '../tensor/index.ts';

// The renderer keeps vectors as planes, `[3, N]`: every step is then one long run of numbers, sums over components are
// short products with ones, and permuting components is a product with a 3 x 3 constant, whose adjoint is as cheap.

const NEXT = constant([0, 1, 0, 0, 0, 1, 1, 0, 0], [3, 3]);
const AFTER_NEXT = constant([0, 0, 1, 1, 0, 0, 0, 1, 0], [3, 3]);

/** Rolls three planes: 0, 1, 2 become 1, 2, 0. */
export function nextPlane(x: Tensor): Tensor {
  return matmul(NEXT, x);
}

/** Rolls three planes: 0, 1, 2 become 2, 0, 1. */
export function afterNextPlane(x: Tensor): Tensor {
  return matmul(AFTER_NEXT, x);
}

/** Cross products of vectors, `[3, N]` each. */
function crossPlanes(a: Tensor, b: Tensor): Tensor {
  return sub(mul(nextPlane(a), afterNextPlane(b)), mul(afterNextPlane(a), nextPlane(b)));
}

/** Scalar products of vectors, `[3, N]` each, as `[1, N]`. */
export function dotPlanes(a: Tensor, b: Tensor): Tensor {
  return sum(mul(a, b), 0, true);
}

/**
 * Unit vectors, `[3, N]`. A vector far shorter than `sqrt(epsilon)` becomes zero instead of not a number, and its gradient
 * stays below `1 / sqrt(epsilon)`.
 */
export function normalizePlanes(x: Tensor, epsilon = 1e-8): Tensor {
  return div(x, sqrt(add(sum(square(x), 0, true), epsilon)));
}

/** Rows to planes: `[N, k]` to `[k, N]`. */
export function planesOf(rows: Tensor): Tensor {
  return transpose(rows, [1, 0]);
}

/** A vector as planes of one column: `[k]` to `[k, 1]`. */
export function columnOf(vector: Tensor): Tensor {
  return reshape(vector, [vector.shape[0], 1]);
}

/**
 * Unit vertex normals, `[3, V]`, of positions `[3, V]`: sums of the adjacent triangles' normals weighted by their area.
 * A vertex without any area gets zero.
 *
 * @param scatter `scatterAdd` of the triangles' corners; handed in so that the constant index list is stored once.
 */
export function vertexNormalPlanes(
  positions: Tensor,
  corners: readonly [Tensor, Tensor, Tensor],
  scatter: (rows: Tensor) => Tensor,
): Tensor {
  const [a, b, c] = corners.map((corner) => gather(positions, corner, 1)); // [3, T]
  const normals = planesOf(crossPlanes(sub(b, a), sub(c, a))); // [T, 3]
  // Millimetres squared: only triangles of a thousandth of one lose their say.
  return normalizePlanes(planesOf(scatter(normals)), 1e-6);
}

/** Refuses a tensor of another shape, naming who asked. */
export function requireShape(where: string, what: string, x: Tensor, shape: Shape): void {
  if (x.shape.length === shape.length && x.shape.every((size, i) => shape[i] < 0 || shape[i] === size))
    return;
  const wanted = shape.map((size) => (size < 0 ? 'any' : size));
  throw new GanfitError('shape', `${where}: ${what} must be [${wanted}], got [${x.shape}].`);
}
