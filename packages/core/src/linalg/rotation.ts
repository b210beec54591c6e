/**
 * `R' = exp(w) R`: turns a rotation by a vector w in camera axes (Rodrigues' formula).
 *
 * @param rotation R, `[3, 3]` row-major.
 * @param w Axis times angle, radians.
 */
export function turned(rotation: ArrayLike<number>, w: ArrayLike<number>): number[] {
  const [x, y, z] = [w[0], w[1], w[2]];
  const angle = Math.hypot(x, y, z);
  // sin(a)/a and (1 - cos(a))/a^2, by their series where the quotient loses digits.
  const a = angle < 1e-4 ? 1 - angle ** 2 / 6 : Math.sin(angle) / angle;
  const b = angle < 1e-4 ? 0.5 - angle ** 2 / 24 : (1 - Math.cos(angle)) / angle ** 2;
  const rows = [
    [1 - b * (y * y + z * z), b * x * y - a * z, b * x * z + a * y],
    [b * x * y + a * z, 1 - b * (x * x + z * z), b * y * z - a * x],
    [b * x * z - a * y, b * y * z + a * x, 1 - b * (x * x + y * y)],
  ];
  const columns = [0, 1, 2];
  return orthonormal(
    rows.map((row) => columns.map((j) => columns.reduce((sum, k) => sum + row[k] * rotation[3 * k + j], 0))),
  );
}

/**
 * The rotation nearest to two row directions: removes the rounding that products of rotations collect, and makes a
 * rotation of the first two rows of an affine camera. The error is shared evenly between the two rows.
 *
 * @param rows At least two rows of three.
 */
export function orthonormal(rows: readonly (readonly number[])[]): number[] {
  const [p, q] = [normalized(rows[0]), normalized(rows[1])];
  // The sum and the difference of two unit vectors are perpendicular; half way between them lie the new axes.
  const sum = normalized(p.map((value, i) => value + q[i]));
  const difference = normalized(p.map((value, i) => value - q[i]));
  const x = sum.map((value, i) => Math.SQRT1_2 * (value + difference[i]));
  const y = sum.map((value, i) => Math.SQRT1_2 * (value - difference[i]));
  return [...x, ...y, x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]];
}

/**
 * How far the head turns to the side, radians: 0 when the face looks along the camera's axis, positive when the nose
 * points to the picture's right.
 *
 * @param rotation Head to camera, `[3, 3]` row-major.
 */
export function yawOf(rotation: ArrayLike<number>): number {
  // The head's +Z (out of the face) in camera axes is the third column.
  return Math.atan2(rotation[2], rotation[8]);
}

function normalized(v: readonly number[]): number[] {
  const length = Math.hypot(...v);
  return v.map((x) => x / length);
}
