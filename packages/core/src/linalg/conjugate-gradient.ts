import { GanfitError } from '../error.ts';
import { multiplyRows, type SparseRows } from './sparse-rows.ts';

/**
 * Solves `A x = b` for a symmetric positive definite sparse A and several right sides at once: conjugate gradients with the
 * diagonal as preconditioner (Hestenes and Stiefel 1952). Well-conditioned mesh systems need some dozens of rounds and none
 * of a factorisation's fill.
 *
 * @param b `[N, width]`.
 * @param start Starting point, `[N, width]`; zero when absent.
 * @param tolerance Stop when every residual is below this fraction of its right side.
 * @throws GanfitError `runtime` when it does not converge.
 */
export function conjugateGradient(
  a: SparseRows,
  b: Float64Array,
  width: number,
  start?: Float64Array,
  tolerance = 1e-6,
  maxRounds = 4000,
): Float64Array {
  const n = a.starts.length - 1;
  const x = start ? start.slice() : new Float64Array(b.length);
  const scale = inverseDiagonal(a);
  const residual = multiplyRows(a, x, width).map((value, i) => b[i] - value);
  const z = residual.map((value, i) => value * scale[Math.floor(i / width)]);
  const direction = z.slice();
  let energy = columnDots(residual, z, n, width);
  const limit = columnDots(b, b, n, width).map((value) => tolerance * tolerance * Math.max(value, 1e-30));
  for (let round = 0; round < maxRounds; round++) {
    if (columnDots(residual, residual, n, width).every((value, c) => value <= limit[c])) return x;
    const image = multiplyRows(a, direction, width);
    const curvature = columnDots(direction, image, n, width);
    const step = energy.map((value, c) => (curvature[c] > 0 ? value / curvature[c] : 0));
    for (let i = 0; i < x.length; i++) {
      const s = step[i % width];
      x[i] += s * direction[i];
      residual[i] -= s * image[i];
      z[i] = residual[i] * scale[(i / width) | 0];
    }
    const next = columnDots(residual, z, n, width);
    const ratio = next.map((value, c) => (energy[c] > 0 ? value / energy[c] : 0));
    for (let i = 0; i < x.length; i++) direction[i] = z[i] + ratio[i % width] * direction[i];
    energy = next;
  }
  throw new GanfitError(
    'runtime',
    `conjugateGradient: must converge within ${maxRounds} rounds, did not. Check that the matrix is positive definite.`,
  );
}

function inverseDiagonal({ starts, columns, weights }: SparseRows): Float64Array {
  const result = new Float64Array(starts.length - 1).fill(1);
  for (let r = 0; r < result.length; r++) {
    for (let k = starts[r]; k < starts[r + 1]; k++) {
      if (columns[k] === r && weights[k] > 0) result[r] = 1 / weights[k];
    }
  }
  return result;
}

function columnDots(a: Float64Array, b: Float64Array, n: number, width: number): Float64Array {
  const sums = new Float64Array(width);
  for (let r = 0, i = 0; r < n; r++) for (let c = 0; c < width; c++, i++) sums[c] += a[i] * b[i];
  return sums;
}
