import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  applySimilarity,
  composeSimilarities,
  fitSimilarity,
  invertSimilarity,
  mapPoints,
  type Similarity,
} from './similarity.ts';

const real = fc.double({ min: -3, max: 3, noNaN: true });
const similarity = fc
  .record({ a: real, b: real, x0: real, y0: real })
  .filter(({ a, b }) => Math.hypot(a, b) > 0.1) as fc.Arbitrary<Similarity>;
const POINTS = Float32Array.of(0, 0, 3, 1, -1, 2, 0.5, -2, 2, 2);

test('similarity: a quarter turn takes +x to +y', () => {
  const [x, y] = applySimilarity({ a: 0, b: 1, x0: 10, y0: 20 }, 1, 0);
  expect([x, y]).toEqual([10, 21]);
});

test('similarity: the fit finds the map that made the points', () => {
  fc.assert(
    fc.property(similarity, (map) => {
      const found = fitSimilarity(POINTS, mapPoints(map, POINTS));
      for (const key of ['a', 'b', 'x0', 'y0'] as const) expect(found[key]).toBeCloseTo(map[key], 4);
    }),
    { seed: 1 },
  );
});

test('similarity: the fit is least squares, so every small change of it is worse', () => {
  const to = Float32Array.of(1, 0, 5, 2, -3, 3, 1, -3, 3, 5);
  const cost = (map: Similarity) =>
    mapPoints(map, POINTS).reduce((sum, value, i) => sum + (value - to[i]) ** 2, 0);
  const best = fitSimilarity(POINTS, to);
  for (const key of ['a', 'b', 'x0', 'y0'] as const) {
    for (const step of [-0.01, 0.01]) {
      expect(cost({ ...best, [key]: best[key] + step })).toBeGreaterThan(cost(best));
    }
  }
});

test('similarity: a mirrored shape is met by no reflection', () => {
  const mirrored = POINTS.map((value, i) => (i % 2 ? value : -value));
  const met = mapPoints(fitSimilarity(POINTS, mirrored), POINTS);
  const farthest = Math.max(...met.map((value, i) => Math.abs(value - mirrored[i])));
  expect(farthest).toBeGreaterThan(1);
});

test('similarity: the inverse undoes, composition applies the right one first', () => {
  fc.assert(
    fc.property(similarity, similarity, (f, g) => {
      const identity = composeSimilarities(invertSimilarity(f), f);
      expect(identity.a).toBeCloseTo(1, 6);
      expect(identity.b).toBeCloseTo(0, 6);
      expect(identity.x0).toBeCloseTo(0, 6);
      const both = applySimilarity(composeSimilarities(f, g), 1, 2);
      const oneByOne = applySimilarity(f, ...applySimilarity(g, 1, 2));
      expect(both[0]).toBeCloseTo(oneByOne[0], 8);
      expect(both[1]).toBeCloseTo(oneByOne[1], 8);
    }),
    { seed: 2 },
  );
});
