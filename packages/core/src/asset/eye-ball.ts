import { choleskyFactor, choleskySolve } from '../linalg/cholesky.ts';

/** The sphere that an eyeball is, but for its cornea. */
export interface EyeBall {
  /** What the eye turns about, millimetres. */
  readonly center: readonly [number, number, number];
  /** Millimetres. */
  readonly radius: number;
}

/**
 * Fits the sphere through the back half of an eyeball: the cornea bulges and must not move the pivot of the gaze.
 *
 * Least squares of `|p|^2 = 2 c p + (r^2 - |c|^2)`, which is linear in the unknowns.
 *
 * @param vertices Of the eyeball, `[V, 3]`, looking along +Z, millimetres.
 */
export function fitEyeBall(vertices: Float32Array): EyeBall {
  const middle = [0, 1, 2].map((axis) => {
    let [low, high] = [Infinity, -Infinity];
    for (let i = axis; i < vertices.length; i += 3) {
      low = Math.min(low, vertices[i]);
      high = Math.max(high, vertices[i]);
    }
    return (low + high) / 2;
  });
  const normal = new Float64Array(16);
  const right = new Float64Array(4);
  for (let i = 0; i < vertices.length; i += 3) {
    const p = [0, 1, 2].map((axis) => vertices[i + axis] - middle[axis]);
    if (p[2] > 0) continue;
    const row = [2 * p[0], 2 * p[1], 2 * p[2], 1];
    const square = p[0] ** 2 + p[1] ** 2 + p[2] ** 2;
    for (let a = 0; a < 4; a++) {
      right[a] += row[a] * square;
      for (let b = 0; b < 4; b++) normal[4 * a + b] += row[a] * row[b];
    }
  }
  choleskyFactor(normal, 4);
  choleskySolve(normal, 4, right);
  const [x, y, z, rest] = right;
  const radius = Math.sqrt(rest + x * x + y * y + z * z);
  return { center: [x + middle[0], y + middle[1], z + middle[2]], radius };
}
