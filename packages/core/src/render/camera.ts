import type { Viewport } from './viewport.ts';

/**
 * A pinhole camera (paper section 3.2: position, look-at, focal length) plus roll.
 *
 * Camera axes are right-handed: +X right, +Y up, looking along -Z. A point (X, Y, Z) in camera axes lands on pixel
 * `x = width / 2 + focal * X / -Z`, `y = height / 2 - focal * Y / -Z`; pixel centres are at + 0.5.
 */
export interface Camera {
  /** Millimetres, in the head's axes; the head is at the origin. */
  readonly position: readonly [number, number, number];
  /** The point the camera looks at, millimetres. */
  readonly target: readonly [number, number, number];
  /** Turn about the viewing axis, radians; positive turns the picture's content clockwise. */
  readonly roll: number;
  /** Focal length in pixels. */
  readonly focal: number;
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
}

/** The rigid map from the head's axes to the camera's: `X_camera = rotation X + translation`. */
export interface Pose {
  /** `[3, 3]` row-major; its rows are the camera's right, up and backward axes. */
  readonly rotation: readonly number[];
  /** Millimetres, `[3]`. */
  readonly translation: readonly [number, number, number];
}

type Vector = readonly [number, number, number];

/** Gives the rigid map from the head's axes to the camera's. */
export function cameraPose(camera: Camera): Pose {
  const back = normalized(subtract(camera.position, camera.target));
  const [right, up] = levelAxes(back);
  // Content that turns clockwise is a camera that turns counter-clockwise.
  const [c, s] = [Math.cos(camera.roll), Math.sin(camera.roll)];
  const turn = (a: Vector, b: Vector, u: number, v: number): Vector => [
    u * a[0] + v * b[0],
    u * a[1] + v * b[1],
    u * a[2] + v * b[2],
  ];
  const rows = [turn(right, up, c, s), turn(right, up, -s, c), back];
  return {
    rotation: rows.flat(),
    translation: rows.map((row) => -dot(row, camera.position)) as unknown as [number, number, number],
  };
}

/**
 * Gives the camera of a pose, the inverse of `cameraPose`. Of all targets on the viewing axis the one nearest to the
 * origin is taken, where the head is.
 *
 * @param pose A proper rotation (determinant + 1) and a translation in millimetres.
 * @param picture Focal length and size in pixels.
 */
export function cameraFromPose(
  pose: Pose,
  picture: { readonly focal: number; readonly width: number; readonly height: number },
): Camera {
  const [r, t] = [pose.rotation, pose.translation];
  const column = (k: number): number => -(r[k] * t[0] + r[3 + k] * t[1] + r[6 + k] * t[2]);
  const position: Vector = [column(0), column(1), column(2)];
  const back: Vector = [r[6], r[7], r[8]];
  // A target must lie before the camera, also when the origin does not.
  const reach = Math.max(dot(position, back), 1);
  const target: Vector = [
    position[0] - reach * back[0],
    position[1] - reach * back[1],
    position[2] - reach * back[2],
  ];
  const [right, up] = levelAxes(back);
  const own: Vector = [r[0], r[1], r[2]];
  return {
    position,
    target,
    roll: Math.atan2(dot(own, up), dot(own, right)),
    focal: picture.focal,
    width: picture.width,
    height: picture.height,
  };
}

/**
 * Projects vertices to homogeneous pixel coordinates, which `rasterize` takes.
 *
 * @param points Millimetres in the head's axes, `[V, 3]`.
 * @param viewport The window of the picture that is rendered; the whole picture when absent.
 * @returns `[V, 3]`: (x w, y w, w) with w the depth along the viewing axis in millimetres.
 */
export function projectVertices(
  camera: Camera,
  points: ArrayLike<number>,
  viewport?: Viewport,
): Float32Array {
  const { rotation: r, translation: t } = cameraPose(camera);
  const { x, y, scale } = viewport ?? { x: 0, y: 0, scale: 1 };
  const focal = camera.focal * scale;
  const [cx, cy] = [(camera.width / 2 - x) * scale, (camera.height / 2 - y) * scale];
  const out = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const [px, py, pz] = [points[i], points[i + 1], points[i + 2]];
    const w = -(r[6] * px + r[7] * py + r[8] * pz + t[2]);
    out[i] = focal * (r[0] * px + r[1] * py + r[2] * pz + t[0]) + cx * w;
    out[i + 1] = cy * w - focal * (r[3] * px + r[4] * py + r[5] * pz + t[1]);
    out[i + 2] = w;
  }
  return out;
}

/** Projects points, `[N, 3]` in millimetres, to pixels, `[N, 2]`; not meaningful behind the camera. */
export function projectPoints(camera: Camera, points: ArrayLike<number>, viewport?: Viewport): Float32Array {
  const homogeneous = projectVertices(camera, points, viewport);
  const out = new Float32Array((points.length / 3) * 2);
  for (let i = 0, o = 0; i < homogeneous.length; i += 3, o += 2) {
    out[o] = homogeneous[i] / homogeneous[i + 2];
    out[o + 1] = homogeneous[i + 1] / homogeneous[i + 2];
  }
  return out;
}

/** Gives the camera of the same photo at another resolution: pixels are `scale` times as many each way. */
export function scaleCamera(camera: Camera, scale: number): Camera {
  return {
    ...camera,
    focal: camera.focal * scale,
    width: camera.width * scale,
    height: camera.height * scale,
  };
}

/** Right and up axes of a camera without roll: right stays level, +Y is up; straight down, the top is towards -Z. */
function levelAxes(back: Vector): readonly [Vector, Vector] {
  const sine = Math.hypot(back[0], back[2]);
  const right: Vector = sine > 1e-9 ? [back[2] / sine, 0, -back[0] / sine] : [1, 0, 0];
  return [right, cross(back, right)];
}

function subtract(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function normalized(a: Vector): Vector {
  const length = Math.hypot(...a);
  return [a[0] / length, a[1] / length, a[2] / length];
}
