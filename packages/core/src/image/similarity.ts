import { assert } from '../error.ts';

/**
 * Rotation, uniform scale and shift in the plane, no reflection: `x' = a x - b y + x0`, `y' = b x + a y + y0`. The scale
 * is `hypot(a, b)`, the rotation `atan2(b, a)`.
 */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly x0: number;
  readonly y0: number;
}

/** Maps one point. */
export function applySimilarity(map: Similarity, x: number, y: number): [number, number] {
  return [map.a * x - map.b * y + map.x0, map.b * x + map.a * y + map.y0];
}

/**
 * Maps a list of points.
 *
 * @param points `[N, 2]`.
 * @returns `[N, 2]`.
 */
export function mapPoints(map: Similarity, points: Float32Array): Float32Array {
  const mapped = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    [mapped[i], mapped[i + 1]] = applySimilarity(map, points[i], points[i + 1]);
  }
  return mapped;
}

/** The map that undoes `map`. */
export function invertSimilarity({ a, b, x0, y0 }: Similarity): Similarity {
  const square = a * a + b * b;
  assert(square > 0, 'a similarity has a positive scale');
  const [inverseA, inverseB] = [a / square, -b / square];
  return {
    a: inverseA,
    b: inverseB,
    x0: -(inverseA * x0 - inverseB * y0),
    y0: -(inverseB * x0 + inverseA * y0),
  };
}

/** First `first`, then `second`. */
export function composeSimilarities(second: Similarity, first: Similarity): Similarity {
  const [x0, y0] = applySimilarity(second, first.x0, first.y0);
  return {
    a: second.a * first.a - second.b * first.b,
    b: second.b * first.a + second.a * first.b,
    x0,
    y0,
  };
}

/**
 * The similarity that brings `from` nearest to `to` in least squares, in closed form: the complex number `a + ib` is
 * the quotient of the correlation and the variance of the centered points (Umeyama 1991 in two dimensions, without
 * reflection).
 *
 * @param from `[N, 2]`, N >= 2, not all in one place.
 * @param to `[N, 2]`.
 */
export function fitSimilarity(from: ArrayLike<number>, to: ArrayLike<number>): Similarity {
  assert(from.length === to.length && from.length >= 4, 'a similarity needs two pairs of points');
  const count = from.length / 2;
  const mean = (points: ArrayLike<number>, axis: number) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += points[2 * i + axis];
    return sum / count;
  };
  const [fromX, fromY, toX, toY] = [mean(from, 0), mean(from, 1), mean(to, 0), mean(to, 1)];
  let [variance, real, imaginary] = [0, 0, 0];
  for (let i = 0; i < 2 * count; i += 2) {
    const [x, y] = [from[i] - fromX, from[i + 1] - fromY];
    const [u, v] = [to[i] - toX, to[i + 1] - toY];
    variance += x * x + y * y;
    real += x * u + y * v;
    imaginary += x * v - y * u;
  }
  assert(variance > 0, 'the points of a similarity lie apart');
  const [a, b] = [real / variance, imaginary / variance];
  return { a, b, x0: toX - (a * fromX - b * fromY), y0: toY - (b * fromX + a * fromY) };
}
