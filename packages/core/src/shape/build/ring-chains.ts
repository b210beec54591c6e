/** A point or direction. */
export type Point = readonly [number, number, number];

/** The two halves of a ring between its corners, with normalised arc length. */
export interface Chain {
  readonly vertices: readonly number[];
  readonly points: readonly Point[];
  /** 0 at the corner of smaller x, 1 at the other. */
  readonly lengths: readonly number[];
}

export interface SplitRing {
  readonly upper: Chain;
  readonly lower: Chain;
}

/** Splits a closed ring at its outermost and innermost x into an upper and a lower chain. */
export function splitRing(ring: readonly number[], positions: ArrayLike<number>): SplitRing {
  const x = (v: number): number => positions[3 * v];
  const first = ring.indexOf(ring.reduce((a, b) => (x(b) < x(a) ? b : a)));
  const rotated = [...ring.slice(first), ...ring.slice(0, first)];
  const last = rotated.indexOf(rotated.reduce((a, b) => (x(b) > x(a) ? b : a)));
  const one = chain(rotated.slice(0, last + 1), positions);
  const other = chain([rotated[0], ...rotated.slice(last).reverse()], positions);
  const height = (c: Chain): number => c.points.reduce((sum, p) => sum + p[1], 0) / c.points.length;
  return height(one) > height(other) ? { upper: one, lower: other } : { upper: other, lower: one };
}

function chain(vertices: readonly number[], positions: ArrayLike<number>): Chain {
  const points = vertices.map((v) => pointOf(positions, v));
  const lengths = [0];
  for (let i = 1; i < points.length; i++) lengths.push(lengths[i - 1] + distance(points[i], points[i - 1]));
  const total = lengths[lengths.length - 1];
  return { vertices, points, lengths: lengths.map((l) => l / total) };
}

/** Vertex v of `[V, 3]`. */
export function pointOf(positions: ArrayLike<number>, v: number): Point {
  return [positions[3 * v], positions[3 * v + 1], positions[3 * v + 2]];
}

/** Euclidean distance. */
export function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
