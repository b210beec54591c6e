import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Basis } from '../model.ts';

/** One direction of variation with a fixed parity; the covariance is the sum of their outer products. */
export interface Factor {
  /** `[3 V]`, millimetres. */
  readonly field: Float32Array;
  /** 1 mirror-symmetric, -1 antisymmetric. */
  readonly parity: 1 | -1;
}

/** Modes with their parities. */
export interface ParityBasis {
  readonly basis: Basis;
  readonly parities: Int8Array;
}

/**
 * PCA of a covariance given by factors, `C = Σ f f'`, in the metric of vertex weights. Symmetric and antisymmetric factors
 * span orthogonal spaces (every head comes with its mirror image), so both are solved apart and every mode has a parity.
 * Draws N(0, 1) of ICT's modes and sampled heads are both such factors: the first with weight one, the others with
 * 1 / sqrt(samples), which is what infinitely many draws would give.
 *
 * @param vertexWeights `[V]`.
 * @param count Modes to keep, the largest first.
 */
export function factorPca(
  factors: readonly Factor[],
  vertexWeights: Float64Array,
  count: number,
): ParityBasis {
  const found = [1, -1].flatMap((parity) => {
    const own = factors.filter((factor) => factor.parity === parity);
    return own.length > 0 ? eigenModes(own, vertexWeights, parity as 1 | -1) : [];
  });
  found.sort((a, b) => b.variance - a.variance);
  const kept = found.slice(0, count);
  const length = factors[0].field.length;
  const data = new Float32Array(kept.length * length);
  kept.forEach((mode, k) => {
    const row = data.subarray(k * length, (k + 1) * length);
    mode.factors.forEach((factor, j) => {
      const weight = mode.mixture[j];
      for (let i = 0; i < length; i++) row[i] += weight * factor.field[i];
    });
  });
  return { basis: { count: kept.length, data }, parities: Int8Array.from(kept, (mode) => mode.parity) };
}

interface Mode {
  readonly variance: number;
  readonly parity: 1 | -1;
  readonly factors: readonly Factor[];
  /** The mode as a sum of factors: a unit eigenvector of the Gram matrix gives `F u`, of squared length its eigenvalue. */
  readonly mixture: readonly number[];
}

function eigenModes(factors: readonly Factor[], vertexWeights: Float64Array, parity: 1 | -1): Mode[] {
  // Both halves of a field of one parity carry the same numbers, but the weights decide; weighted copies make the Gram fast.
  const weighted = factors.map(({ field }) => {
    const copy = new Float32Array(field.length);
    for (let i = 0; i < copy.length; i++) copy[i] = field[i] * Math.sqrt(vertexWeights[(i / 3) | 0]);
    return copy;
  });
  const gram = Matrix.zeros(factors.length, factors.length);
  for (let a = 0; a < factors.length; a++) {
    for (let b = 0; b <= a; b++) {
      const [x, y] = [weighted[a], weighted[b]];
      let sum = 0;
      for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
      gram.set(a, b, sum);
      gram.set(b, a, sum);
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  return realEigenvalues.map((variance, k) => {
    const mixture = eigenvectorMatrix.getColumn(k);
    return { variance, parity, factors, mixture };
  });
}
