/** The outline of a face in a picture. */
export interface FaceHull {
  /** Distance to the nearest edge, pixels; negative outside. */
  readonly depth: (x: number, y: number) => number;
}

/** How much of the way from chin to brows the forehead above the brows adds: to about where a fringe begins. */
const FOREHEAD = 0.1;

/**
 * Gives the convex outline of a face from its landmarks: jaw, and a strip of the forehead above the brows.
 *
 * @param landmarks iBUG 68 points, `[68, 2]`, pixels.
 */
export function faceHull(landmarks: ArrayLike<number>): FaceHull {
  const point = (i: number): [number, number] => [landmarks[2 * i], landmarks[2 * i + 1]];
  const [chin, leftBrow, rightBrow] = [point(8), point(19), point(24)];
  const up = [0, 1].map((axis) => FOREHEAD * ((leftBrow[axis] + rightBrow[axis]) / 2 - chin[axis]));
  const points = Array.from({ length: 27 }, (_, i) => point(i));
  for (let i = 17; i < 27; i++) points.push([landmarks[2 * i] + up[0], landmarks[2 * i + 1] + up[1]]);
  const hull = convexHull(points);
  // Where each edge begins and its unit direction: every pixel of a photo may be asked about.
  const edges = Float64Array.from(
    hull.flatMap(([ax, ay], i) => {
      const [bx, by] = hull[(i + 1) % hull.length];
      const length = Math.hypot(bx - ax, by - ay);
      return [ax, ay, (bx - ax) / length, (by - ay) / length];
    }),
  );
  return {
    depth(x, y) {
      let nearest = Infinity;
      for (let i = 0; i < edges.length; i += 4) {
        const inside = edges[i + 2] * (y - edges[i + 1]) - edges[i + 3] * (x - edges[i]);
        if (inside < nearest) nearest = inside;
      }
      return nearest;
    },
  };
}

/** Andrew's monotone chain (1979), clockwise as seen with y downwards, so that inside is to the positive side. */
function convexHull(points: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (list: readonly (readonly [number, number])[]): (readonly [number, number])[] => {
    const chain: (readonly [number, number])[] = [];
    for (const p of list) {
      while (chain.length > 1) {
        const a = chain[chain.length - 2];
        const b = chain[chain.length - 1];
        if ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0) break;
        chain.pop();
      }
      chain.push(p);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}
