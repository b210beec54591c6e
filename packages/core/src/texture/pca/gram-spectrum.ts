import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** Directions of variation found from inner products of people alone. */
export interface GramSpectrum {
  /** Variances, largest first, `[K]`. */
  readonly variances: Float64Array;
  /** What each person's latent is, spread with variance 1 over the people, `[K, N]`. */
  readonly latents: Float64Array;
}

/**
 * PCA from a Gram matrix: with fewer people than texels their inner products hold everything (Turk & Pentland 1991).
 *
 * @param gram `[N, N]`, inner products of the people's maps.
 * @param centered Whether the people's mean is to be taken out first. Antisymmetric parts have none.
 * @param count Most directions to give.
 */
export function gramSpectrum(
  gram: Float64Array,
  people: number,
  centered: boolean,
  count: number,
): GramSpectrum {
  const matrix = new Matrix(people, people);
  const means = rowMeans(gram, people, centered);
  for (let i = 0; i < people; i++) {
    for (let j = 0; j < people; j++) {
      const value = (gram[i * people + j] + gram[j * people + i]) / 2;
      matrix.set(i, j, value - means.rows[i] - means.rows[j] + means.all);
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, k) => k).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  // Rounding leaves variances of nothing; dividing by them would blow noise up.
  const least = 1e-9 * Math.max(realEigenvalues[order[0]], 0);
  const kept = order.slice(0, count).filter((k) => realEigenvalues[k] > least);
  const latents = new Float64Array(kept.length * people);
  kept.forEach((k, row) => {
    // Eigenvectors have no sign of their own; a fixed one keeps two runs alike.
    let [largest, sign] = [0, 1];
    for (let i = 0; i < people; i++) {
      const value = eigenvectorMatrix.get(i, k);
      if (Math.abs(value) > largest) [largest, sign] = [Math.abs(value), Math.sign(value)];
    }
    for (let i = 0; i < people; i++) {
      latents[row * people + i] = sign * Math.sqrt(people) * eigenvectorMatrix.get(i, k);
    }
  });
  return { variances: Float64Array.from(kept, (k) => realEigenvalues[k] / people), latents };
}

/** What people who were left out tell of a spectrum. */
export interface CrossValidation {
  /** Variance of left-out people over that of the people the direction came from, by rank, `[K]`. */
  readonly shrinkage: Float64Array;
  /** Mean squared length of left-out people, less their mean, and what K directions explain of it. */
  readonly total: number;
  readonly explained: number;
}

/**
 * Measures how much less people vary along a direction that was not made from them.
 *
 * @param folds Which fold each person belongs to, `[N]`; photos of one person share a fold.
 * @param count K.
 */
export function crossValidate(
  gram: Float64Array,
  people: number,
  centered: boolean,
  folds: ArrayLike<number>,
  count: number,
): CrossValidation {
  const [inside, outside] = [new Float64Array(count), new Float64Array(count)];
  let [total, explained, tested] = [0, 0, 0];
  for (const fold of new Set(Array.from(folds))) {
    const test = range(people).filter((i) => folds[i] === fold);
    const train = range(people).filter((i) => folds[i] !== fold);
    const n = train.length;
    const part = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) part[i * n + j] = gram[train[i] * people + train[j]];
    const means = rowMeans(part, n, centered);
    const { variances, latents } = gramSpectrum(part, n, centered, count);
    for (const person of test) {
      const products = train.map((j) => gram[person * people + j]);
      const own = centered ? products.reduce((sum, x) => sum + x, 0) / n : 0;
      total += gram[person * people + person] - 2 * own + means.all;
      tested++;
      for (let k = 0; k < variances.length; k++) {
        let sum = 0;
        for (let j = 0; j < n; j++) {
          sum += latents[k * n + j] * (products[j] - own - means.rows[j] + means.all);
        }
        // Latents are √N times unit vectors, and a direction is their mixture over √(N variance) of length.
        const squared = sum ** 2 / (n * n * variances[k]);
        outside[k] += squared;
        inside[k] += variances[k];
        explained += squared;
      }
    }
  }
  return {
    shrinkage: smoothed(outside, inside),
    total: total / tested,
    explained: explained / tested,
  };
}

function rowMeans(
  gram: Float64Array,
  people: number,
  centered: boolean,
): { readonly rows: Float64Array; readonly all: number } {
  const rows = new Float64Array(people);
  if (!centered) return { rows, all: 0 };
  let all = 0;
  for (let i = 0; i < people; i++) {
    for (let j = 0; j < people; j++) rows[i] += gram[i * people + j] / people;
    all += rows[i] / people;
  }
  return { rows, all };
}

/** Ratio of sums over neighboring ranks: single ones are noisy, and the curve falls slowly. */
function smoothed(above: Float64Array, below: Float64Array): Float64Array {
  return above.map((_, k) => {
    const reach = Math.max(1, Math.round(k / 6));
    let [over, under] = [0, 0];
    for (let i = Math.max(0, k - reach); i <= Math.min(above.length - 1, k + reach); i++) {
      if (below[i] === 0) continue;
      over += above[i] / below[i];
      under++;
    }
    return under > 0 ? Math.min(1, over / under) : 1;
  });
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
