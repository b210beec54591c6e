import { smoothstep } from './face-area.ts';

/**
 * Gives the share to which a place in the photo lies within the face, judged by the jaw line alone.
 *
 * A fitted head that is wider than the person would reach into hair and background beside the jaw; the contour that was
 * found in the photo says where the face ends. Above its two ends it is continued straight up.
 *
 * @param landmarks iBUG 68 points of the photo, `[68, 2]`, pixels; 0 to 16 are the jaw line.
 * @returns A function from pixels to 1 inside … 0 outside; the contour itself lies in between.
 */
export function jawMask(landmarks: Float32Array): (x: number, y: number) => number {
  const point = (i: number): [number, number] => [landmarks[2 * i], landmarks[2 * i + 1]];
  const width = Math.hypot(landmarks[0] - landmarks[32], landmarks[1] - landmarks[33]);
  // From the chin to the root of the nose, far beyond the forehead.
  const up = [0, 1].map((axis) => 3 * (landmarks[2 * 27 + axis] - landmarks[2 * 8 + axis]));
  const above = (i: number): [number, number] => [point(i)[0] + up[0], point(i)[1] + up[1]];
  const outline = [above(0), ...Array.from({ length: 17 }, (_, i) => point(i)), above(16)];
  return (x, y) => {
    let nearest = Number.POSITIVE_INFINITY;
    let inside = false;
    for (let i = 0; i < outline.length; i++) {
      const [ax, ay] = outline[i];
      const [bx, by] = outline[(i + 1) % outline.length];
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
      // The closing line far above the forehead is no border.
      if (i < outline.length - 1) nearest = Math.min(nearest, distanceToSegment(x, y, ax, ay, bx, by));
    }
    return smoothstep(-0.012, 0.028, (inside ? nearest : -nearest) / width);
  };
}

function distanceToSegment(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}
