import { Matrix, SingularValueDecomposition } from 'ml-matrix';

/** A similarity transform of points: `y = scale * rotation * x + translation`. */
export interface Similarity {
  readonly scale: number;
  /** `[3, 3]`, row-major, proper. */
  readonly rotation: readonly number[];
  readonly translation: readonly [number, number, number];
}

/**
 * Least-squares similarity that brings `from` onto `to` (Umeyama 1991).
 *
 * @param from `[N, 3]`, N ≥ 3, not all on one line.
 * @param to `[N, 3]`.
 * @param weights `[N]`, all one when absent.
 * @param rigid Keep the scale at one.
 */
export function fitSimilarity(
  from: ArrayLike<number>,
  to: ArrayLike<number>,
  weights?: ArrayLike<number>,
  rigid = false,
): Similarity {
  const count = from.length / 3;
  const weightOf = (i: number): number => weights?.[i] ?? 1;
  const [a, b] = [centroid(from, weightOf, count), centroid(to, weightOf, count)];
  const covariance = Matrix.zeros(3, 3);
  let spread = 0;
  for (let i = 0; i < count; i++) {
    for (let r = 0; r < 3; r++) {
      spread += weightOf(i) * (from[3 * i + r] - a[r]) ** 2;
      for (let c = 0; c < 3; c++) {
        const product = (to[3 * i + r] - b[r]) * (from[3 * i + c] - a[c]);
        covariance.set(r, c, covariance.get(r, c) + weightOf(i) * product);
      }
    }
  }
  const svd = new SingularValueDecomposition(covariance, { autoTranspose: true });
  const [u, v, d] = [svd.leftSingularVectors, svd.rightSingularVectors, svd.diagonal];
  // The smallest axis is flipped when the best orthogonal matrix would mirror.
  const flip = determinant(u) * determinant(v) < 0 ? -1 : 1;
  const rotation = u.mmul(Matrix.diag([1, 1, flip])).mmul(v.transpose());
  const scale = rigid ? 1 : (d[0] + d[1] + flip * d[2]) / spread;
  const moved = rotation.mmul(Matrix.columnVector(a)).to1DArray();
  return {
    scale,
    rotation: rotation.to1DArray(),
    translation: [b[0] - scale * moved[0], b[1] - scale * moved[1], b[2] - scale * moved[2]],
  };
}

/** Moves points `[N, 3]`. */
export function applySimilarity(transform: Similarity, points: ArrayLike<number>): Float64Array {
  const { scale, rotation: r, translation: t } = transform;
  const result = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const [x, y, z] = [points[i], points[i + 1], points[i + 2]];
    for (let axis = 0; axis < 3; axis++) {
      result[i + axis] = scale * (r[3 * axis] * x + r[3 * axis + 1] * y + r[3 * axis + 2] * z) + t[axis];
    }
  }
  return result;
}

function centroid(points: ArrayLike<number>, weightOf: (i: number) => number, count: number): number[] {
  const sum = [0, 0, 0];
  let total = 0;
  for (let i = 0; i < count; i++) {
    total += weightOf(i);
    for (let axis = 0; axis < 3; axis++) sum[axis] += weightOf(i) * points[3 * i + axis];
  }
  return sum.map((value) => value / total);
}

function determinant(m: Matrix): number {
  const [a, b, c, d, e, f, g, h, i] = m.to1DArray();
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}
