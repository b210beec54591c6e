import { GanfitError } from '../error.ts';

/**
 * Cholesky factor of a symmetric positive definite matrix, in place: the lower triangle becomes L with `A = L L'`.
 * Only the lower triangle is read; the upper one is left as it is.
 *
 * @param a `[n, n]` row-major.
 * @throws `runtime` when a pivot is not positive: the matrix is not positive definite.
 */
export function choleskyFactor(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    const rowI = i * n;
    for (let j = 0; j <= i; j++) {
      const rowJ = j * n;
      let sum = a[rowI + j];
      for (let k = 0; k < j; k++) sum -= a[rowI + k] * a[rowJ + k];
      if (i !== j) {
        a[rowI + j] = sum / a[rowJ + j];
      } else {
        if (!(sum > 0)) {
          throw new GanfitError(
            'runtime',
            `choleskyFactor: the matrix must be positive definite, got pivot ${sum} in row ${i} of ${n}. ` +
              'Add damping or a prior.',
          );
        }
        a[rowI + i] = Math.sqrt(sum);
      }
    }
  }
}

/**
 * Solves `L L' x = b` in place for one or several right-hand sides.
 *
 * @param l `[n, n]` from {@link choleskyFactor}.
 * @param b `[columns, n]`: each right-hand side is one row, overwritten by its solution.
 */
export function choleskySolve(l: Float64Array, n: number, b: Float64Array, columns = 1): void {
  for (let c = 0; c < columns; c++) {
    const at = c * n;
    for (let i = 0; i < n; i++) {
      let sum = b[at + i];
      for (let k = 0; k < i; k++) sum -= l[i * n + k] * b[at + k];
      b[at + i] = sum / l[i * n + i];
    }
    for (let i = n - 1; i >= 0; i--) {
      const x = b[at + i] / l[i * n + i];
      b[at + i] = x;
      // Walking up the row keeps the memory access of L contiguous.
      for (let k = 0; k < i; k++) b[at + k] -= l[i * n + k] * x;
    }
  }
}
