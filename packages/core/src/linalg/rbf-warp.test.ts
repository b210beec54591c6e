import { expect, test } from 'vitest';
import { randomStream } from '../random/index.ts';
import { rbfWarp } from './rbf-warp.ts';

const random = randomStream(4, 'warp');
const from = Float64Array.from({ length: 36 }, () => 10 * random.normal());

test('an affine map is found exactly and holds everywhere', () => {
  const affine = (p: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: p.length }, (_, i) => 2 * p[i] + 0.3 * p[i - (i % 3)] + (i % 3));
  const far = Float64Array.of(100, -50, 70);
  rbfWarp(
    from,
    affine(from),
    0,
  )(far).forEach((x, i) => {
    expect(x).toBeCloseTo(affine(far)[i], 6);
  });
});

test('without smoothing every point is met, with smoothing nearly', () => {
  const to = from.map((x) => x + random.normal());
  const miss = (smoothing: number): number =>
    Math.max(...rbfWarp(from, to, smoothing)(from).map((x, i) => Math.abs(x - to[i])));
  expect(miss(0)).toBeLessThan(1e-6);
  expect(miss(5)).toBeGreaterThan(miss(1));
});
