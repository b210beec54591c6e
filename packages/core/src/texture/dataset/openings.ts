import { smoothstep } from '../face-area.ts';

/** Inner lips and both lid rims among the 68 landmarks. */
const INNER_LIPS = [60, 61, 62, 63, 64, 65, 66, 67];
const LID_RIMS = [
  [36, 37, 38, 39, 40, 41],
  [42, 43, 44, 45, 46, 47],
];

/** From this opening on teeth or the dark of the mouth can be seen. */
export const OPEN_MOUTH = 0.06;

/**
 * How far a mouth is open: mean height between the inner lips as a share of their width.
 *
 * @param landmarks iBUG 68 points, `[68, 2]`.
 */
export function mouthOpening(landmarks: ArrayLike<number>): number {
  const distance = (i: number, j: number): number =>
    Math.hypot(landmarks[2 * i] - landmarks[2 * j], landmarks[2 * i + 1] - landmarks[2 * j + 1]);
  return (distance(61, 67) + distance(62, 66) + distance(63, 65)) / 3 / distance(60, 64);
}

/**
 * Tells where a photo shows skin rather than eyeballs or the inside of an open mouth.
 *
 * A fit lays lips and lids a few pixels off; without this, teeth would be painted on the lips and whites on the lids.
 *
 * @param landmarks iBUG 68 points of the photo, `[68, 2]`, pixels.
 * @returns A function from pixels to 1 skin … 0 not skin.
 */
export function outsideOpenings(landmarks: Float32Array): (x: number, y: number) => number {
  const width = Math.hypot(landmarks[90] - landmarks[72], landmarks[91] - landmarks[73]);
  const polygons = LID_RIMS.map((rim) => outline(landmarks, rim));
  if (mouthOpening(landmarks) > OPEN_MOUTH) polygons.push(outline(landmarks, INNER_LIPS));
  // Landmarks are noisy by one or two hundredths of the outer-eye distance.
  const margin = 0.02 * width;
  return (x, y) => {
    let trust = 1;
    for (const { points, box } of polygons) {
      if (x < box[0] - margin || y < box[1] - margin || x > box[2] + margin || y > box[3] + margin) continue;
      trust = Math.min(trust, smoothstep(-0.25 * margin, margin, distanceOutside(points, x, y)));
    }
    return trust;
  };
}

interface Outline {
  readonly points: readonly (readonly [number, number])[];
  /** Left, top, right, bottom. */
  readonly box: readonly [number, number, number, number];
}

function outline(landmarks: Float32Array, indices: readonly number[]): Outline {
  const points = indices.map((i) => [landmarks[2 * i], landmarks[2 * i + 1]] as const);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return { points, box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] };
}

/** Distance to a polygon, negative inside. */
function distanceOutside(points: Outline['points'], x: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  let inside = false;
  points.forEach(([ax, ay], i) => {
    const [bx, by] = points[(i + 1) % points.length];
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
    const [dx, dy] = [bx - ax, by - ay];
    const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    nearest = Math.min(nearest, Math.hypot(x - ax - t * dx, y - ay - t * dy));
  });
  return inside ? -nearest : nearest;
}
