import type { Camera } from '../render/camera.ts';

/**
 * Where the head stands before a camera: `p = R v + t` takes a point of the head into camera axes (+X right, +Y up,
 * looking along -Z). The same seven numbers as {@link Camera}, in the form that optimisation likes.
 */
export interface Pose {
  /** R, `[3, 3]` row-major, a rotation. */
  readonly rotation: Float64Array;
  /** t, `[3]`, millimetres; t[2] < 0 in front of the camera. */
  readonly translation: Float64Array;
  /** Focal length in pixels. */
  readonly focal: number;
}

/** The pose that a camera sees. */
export function poseOfCamera(camera: Camera): Pose {
  const { right, up, back } = uprightAxes(camera.position, camera.target);
  const [c, s] = [Math.cos(camera.roll), Math.sin(camera.roll)];
  const rotation = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    // Content turns clockwise when the camera's own axes turn counter-clockwise.
    rotation[i] = c * right[i] + s * up[i];
    rotation[3 + i] = c * up[i] - s * right[i];
    rotation[6 + i] = back[i];
  }
  const translation = new Float64Array(3);
  for (let row = 0; row < 3; row++) {
    for (let k = 0; k < 3; k++) translation[row] -= rotation[3 * row + k] * camera.position[k];
  }
  return { rotation, translation, focal: camera.focal };
}

/**
 * The camera that sees a pose. Its target is the point of the viewing axis nearest to the head's origin.
 *
 * @param width Pixels across of the picture.
 * @param height Pixels down.
 */
export function cameraOfPose(pose: Pose, width: number, height: number): Camera {
  const { rotation: r, translation: t } = pose;
  const position = [0, 1, 2].map((k) => -(r[k] * t[0] + r[3 + k] * t[1] + r[6 + k] * t[2]));
  // Along the viewing axis -back, the origin is nearest at distance position . back = -t[2].
  const reach = -t[2];
  const target = [0, 1, 2].map((k) => position[k] - reach * r[6 + k]);
  const { right, up } = uprightAxes(position, target);
  const roll = Math.atan2(
    r[0] * up[0] + r[1] * up[1] + r[2] * up[2],
    r[0] * right[0] + r[1] * right[1] + r[2] * right[2],
  );
  return {
    position: [position[0], position[1], position[2]],
    target: [target[0], target[1], target[2]],
    roll,
    focal: pose.focal,
    width,
    height,
  };
}

/** Turn about the vertical of the head as the camera sees it, radians; 0 when the face looks into the camera. */
export function yawOfPose(pose: Pose): number {
  // The head's +Z (out of the face) in camera axes is R's third column.
  return Math.atan2(pose.rotation[2], pose.rotation[8]);
}

/** `R' = exp(w) R`: turns a rotation by a small vector w in camera axes (Rodrigues' formula). */
export function turned(rotation: Float64Array, w: ArrayLike<number>): Float64Array {
  const angle = Math.hypot(w[0], w[1], w[2]);
  // sin(a)/a and (1 - cos(a))/a^2, by their series where the quotient loses digits.
  const a = angle < 1e-4 ? 1 - angle ** 2 / 6 : Math.sin(angle) / angle;
  const b = angle < 1e-4 ? 0.5 - angle ** 2 / 24 : (1 - Math.cos(angle)) / angle ** 2;
  const [x, y, z] = [w[0], w[1], w[2]];
  const m = [
    1 - b * (y * y + z * z), b * x * y - a * z, b * x * z + a * y,
    b * x * y + a * z, 1 - b * (x * x + z * z), b * y * z - a * x,
    b * x * z - a * y, b * y * z + a * x, 1 - b * (x * x + y * y),
  ]; // biome-ignore format: a matrix reads best as rows
  const out = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      out[3 * i + j] =
        m[3 * i] * rotation[j] + m[3 * i + 1] * rotation[3 + j] + m[3 * i + 2] * rotation[6 + j];
    }
  }
  return orthonormal(out);
}

/** Removes the rounding that products of rotations collect (Gram-Schmidt on the rows). */
function orthonormal(r: Float64Array): Float64Array {
  const x = normalized([r[0], r[1], r[2]]);
  const along = x[0] * r[3] + x[1] * r[4] + x[2] * r[5];
  const y = normalized([r[3] - along * x[0], r[4] - along * x[1], r[5] - along * x[2]]);
  return Float64Array.from([...x, ...y, ...cross(x, y)]);
}

/** Camera axes without roll; when the camera looks straight up or down, the head's +Z stands in for "up". */
function uprightAxes(position: readonly number[], target: readonly number[]) {
  const back = normalized([0, 1, 2].map((k) => position[k] - target[k]));
  const side = cross([0, 1, 0], back);
  const right = Math.hypot(...side) > 1e-9 ? normalized(side) : [1, 0, 0];
  return { right, up: cross(back, right), back };
}

function normalized(v: readonly number[]): number[] {
  const length = Math.hypot(...v);
  return v.map((x) => x / length);
}

function cross(a: readonly number[], b: readonly number[]): number[] {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
