import { choleskyFactor, choleskySolve } from '../linalg/cholesky.ts';
import { turned } from '../linalg/rotation.ts';

/** Where a rigid head stands in a photo: rotation, place and scale under a mild perspective. */
export interface MarkPose {
  /** `[3, 3]`, row-major. */
  readonly rotation: readonly number[];
  /** Pixels. */
  readonly x: number;
  readonly y: number;
  /** Pixels per millimetre. */
  readonly scale: number;
}

/** Portraits are taken from so far away, millimetres. */
const DISTANCE = 1300;
/** About which heads turn, millimetres: the middle of the face. */
const CENTER = [0, 2.4, 57] as const;

/** Projects one point, millimetres, to pixels. */
export function projectMark(
  { rotation: r, x, y, scale }: MarkPose,
  point: ArrayLike<number>,
  at = 0,
): [number, number] {
  const [a, b, c] = [point[at] - CENTER[0], point[at + 1] - CENTER[1], point[at + 2] - CENTER[2]];
  const depth = r[6] * a + r[7] * b + r[8] * c;
  const factor = (scale * DISTANCE) / (DISTANCE - depth);
  return [x + factor * (r[0] * a + r[1] * b + r[2] * c), y - factor * (r[3] * a + r[4] * b + r[5] * c)];
}

/** A point of the head and where it was marked; with a normal, only the distance along it counts. */
export interface MarkMatch {
  /** Millimetres. */
  readonly point: ArrayLike<number>;
  readonly mark: readonly [number, number];
  readonly normal?: readonly [number, number];
}

/** What is left of a match, pixels: two numbers, or one along its normal and a zero. */
export function markResidual(pose: MarkPose, { point, mark, normal }: MarkMatch): [number, number] {
  const [x, y] = projectMark(pose, point);
  const [dx, dy] = [x - mark[0], y - mark[1]];
  return normal ? [dx * normal[0] + dy * normal[1], 0] : [dx, dy];
}

/** The pose that brings points nearest to their marks in least squares, by Gauss-Newton. */
export function fitMarkPose(matches: readonly MarkMatch[], start: MarkPose, rounds = 8): MarkPose {
  let pose = start;
  for (let round = 0; round < rounds; round++) {
    const normal = new Float64Array(36);
    const right = new Float64Array(6);
    const moved = range6.map((k) => nudged(pose, k, STEP));
    for (const match of matches) {
      const now = markResidual(pose, match);
      const slopes = moved.map((other) =>
        markResidual(other, match).map((value, i) => (value - now[i]) / STEP),
      );
      for (const i of range6) {
        right[i] -= slopes[i][0] * now[0] + slopes[i][1] * now[1];
        for (let j = 0; j <= i; j++)
          normal[6 * i + j] += slopes[i][0] * slopes[j][0] + slopes[i][1] * slopes[j][1];
      }
    }
    for (const i of range6) normal[7 * i] *= 1 + 1e-9;
    choleskyFactor(normal, 6);
    choleskySolve(normal, 6, right);
    for (const k of range6) pose = nudged(pose, k, right[k]);
  }
  return pose;
}

const range6 = [0, 1, 2, 3, 4, 5];
const STEP = 1e-4;

/** Turned about an axis, moved by pixels, or enlarged. */
function nudged(pose: MarkPose, k: number, by: number): MarkPose {
  if (k < 3)
    return {
      ...pose,
      rotation: turned(
        pose.rotation,
        [0, 1, 2].map((axis) => (axis === k ? by : 0)),
      ),
    };
  if (k === 3) return { ...pose, x: pose.x + by };
  return k === 4 ? { ...pose, y: pose.y + by } : { ...pose, scale: pose.scale * (1 + by) };
}
