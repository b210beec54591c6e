import { choleskyFactor, choleskySolve } from '../linalg/cholesky.ts';

/**
 * Normal equations of several photos of one person. The shared block (identity) couples with each photo's own block
 * (camera, expression), the photos do not couple with one another: the matrix looks like an arrow.
 */
export interface ArrowSystem {
  readonly shared: number;
  readonly own: number;
  /** `[shared, shared]`, lower triangle. */
  readonly matrix: Float64Array;
  /** `[shared]`: gradient of the cost. */
  readonly gradient: Float64Array;
  readonly photos: readonly {
    /** `[own, own]`, lower triangle. */
    readonly matrix: Float64Array;
    /** `[shared, own]`. */
    readonly coupling: Float64Array;
    /** `[own]`. */
    readonly gradient: Float64Array;
  }[];
}

/** An empty system; rows and priors are added to it. */
export function arrowSystem(shared: number, own: number, photos: number): ArrowSystem {
  return {
    shared,
    own,
    matrix: new Float64Array(shared * shared),
    gradient: new Float64Array(shared),
    photos: Array.from({ length: photos }, () => ({
      matrix: new Float64Array(own * own),
      coupling: new Float64Array(shared * own),
      gradient: new Float64Array(own),
    })),
  };
}

/**
 * Adds `weight / 2 (residual + row x)^2` of one photo to a system, in place.
 *
 * @param row `[shared + own]`.
 */
export function addRow(
  system: ArrowSystem,
  photo: number,
  row: Float64Array,
  residual: number,
  weight: number,
): void {
  const { shared, own, matrix, gradient } = system;
  const block = system.photos[photo];
  for (let i = 0; i < shared; i++) {
    const scaled = weight * row[i];
    gradient[i] += scaled * residual;
    for (let j = 0, at = i * shared; j <= i; j++, at++) matrix[at] += scaled * row[j];
    for (let j = 0, at = i * own; j < own; j++, at++) block.coupling[at] += scaled * row[shared + j];
  }
  for (let i = 0; i < own; i++) {
    const scaled = weight * row[shared + i];
    block.gradient[i] += scaled * residual;
    for (let j = 0, at = i * own; j <= i; j++, at++) block.matrix[at] += scaled * row[shared + j];
  }
}

/**
 * The step that minimises the quadratic model, with Marquardt's damping of the diagonal. The photos' own blocks are
 * eliminated first (Schur complement), so the work grows only linearly with the number of photos.
 *
 * @param damping Added to every diagonal entry as a fraction of it.
 */
export function solveArrow(
  system: ArrowSystem,
  damping: number,
): { readonly shared: Float64Array; readonly photos: readonly Float64Array[] } {
  const { shared, own } = system;
  const matrix = system.matrix.slice();
  for (let i = 0; i < shared; i++) matrix[i * shared + i] *= 1 + damping;
  const step = system.gradient.map((value) => -value);
  const eliminated = system.photos.map((block) => {
    const factor = block.matrix.slice();
    for (let i = 0; i < own; i++) factor[i * own + i] *= 1 + damping;
    choleskyFactor(factor, own);
    const solved = block.coupling.slice();
    choleskySolve(factor, own, solved, shared);
    for (let i = 0; i < shared; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k < own; k++) sum += solved[i * own + k] * block.coupling[j * own + k];
        matrix[i * shared + j] -= sum;
      }
      for (let k = 0; k < own; k++) step[i] += solved[i * own + k] * block.gradient[k];
    }
    return { factor, solved };
  });
  choleskyFactor(matrix, shared);
  choleskySolve(matrix, shared, step);
  const photos = system.photos.map((block, p) => {
    const { factor, solved } = eliminated[p];
    const result = block.gradient.map((value) => -value);
    choleskySolve(factor, own, result);
    for (let i = 0; i < shared; i++) {
      for (let k = 0; k < own; k++) result[k] -= solved[i * own + k] * step[i];
    }
    return result;
  });
  return { shared: step, photos };
}
