import { expect, test } from 'vitest';
import { randomStream } from '../random/index.ts';
import { applySimilarity, fitSimilarity } from './similarity.ts';

const random = randomStream(5, 'similarity');
const points = Float64Array.from({ length: 30 }, () => random.normal());
const turn = { scale: 1.7, rotation: [0, -1, 0, 1, 0, 0, 0, 0, 1], translation: [3, -2, 5] } as const;

test('a similarity is found back from its points', () => {
  const found = fitSimilarity(points, applySimilarity(turn, points));
  expect(found.scale).toBeCloseTo(1.7, 10);
  found.rotation.forEach((x, i) => {
    expect(x).toBeCloseTo(turn.rotation[i], 10);
  });
  expect(found.translation[1]).toBeCloseTo(-2, 10);
});

test('mirrored points get a rotation, never a reflection', () => {
  const mirrored = points.map((x, i) => (i % 3 === 0 ? -x : x));
  const [a, b, c, d, e, f, g, h, i] = fitSimilarity(points, mirrored).rotation;
  expect(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)).toBeCloseTo(1, 10);
});

test('points of no weight do not count', () => {
  const moved = applySimilarity(turn, points);
  moved[0] += 100;
  const weights = new Float64Array(10).fill(1);
  weights[0] = 0;
  expect(fitSimilarity(points, moved, weights).scale).toBeCloseTo(1.7, 10);
});
