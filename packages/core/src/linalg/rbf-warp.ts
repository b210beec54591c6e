import { LuDecomposition, Matrix } from 'ml-matrix';

/**
 * A smooth warp of space that carries `from` to `to`: biharmonic radial basis functions (kernel r) with an affine part.
 *
 * @param from `[N, 3]`, N ≥ 4 and not all in one plane.
 * @param to `[N, 3]`.
 * @param smoothing Added to the kernel's diagonal; 0 meets every point exactly.
 * @returns A function of points `[M, 3]`.
 */
export function rbfWarp(
  from: Float64Array,
  to: Float64Array,
  smoothing: number,
): (points: ArrayLike<number>) => Float64Array {
  const n = from.length / 3;
  const system = Matrix.zeros(n + 4, n + 4);
  const right = Matrix.zeros(n + 4, 3);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const r = radius(from, 3 * i, from, 3 * j);
      system.set(i, j, r);
      system.set(j, i, r);
    }
    // The kernel r is negative definite, hence the sign.
    system.set(i, i, -smoothing);
    for (let axis = 0; axis < 4; axis++) {
      const value = axis < 3 ? from[3 * i + axis] : 1;
      system.set(i, n + axis, value);
      system.set(n + axis, i, value);
    }
    for (let axis = 0; axis < 3; axis++) right.set(i, axis, to[3 * i + axis]);
  }
  const weights = new LuDecomposition(system).solve(right).to1DArray();
  return (points) => {
    const result = new Float64Array(points.length);
    for (let p = 0; p < points.length; p += 3) {
      for (let i = 0; i < n; i++) {
        const r = radius(points, p, from, 3 * i);
        for (let axis = 0; axis < 3; axis++) result[p + axis] += r * weights[3 * i + axis];
      }
      for (let axis = 0; axis < 3; axis++) {
        for (let c = 0; c < 3; c++) result[p + axis] += points[p + c] * weights[3 * (n + c) + axis];
        result[p + axis] += weights[3 * (n + 3) + axis];
      }
    }
    return result;
  };
}

function radius(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number): number {
  return Math.hypot(a[i] - b[j], a[i + 1] - b[j + 1], a[i + 2] - b[j + 2]);
}
