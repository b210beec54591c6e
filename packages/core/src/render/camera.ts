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
