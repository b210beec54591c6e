import { expect, test } from 'vitest';
import { faceHull } from './face-hull.ts';

/** A square face: jaw along the left, lower and right side of 0 … 100, brows at y = 20. */
const landmarks = new Float32Array(136);
for (let i = 0; i < 17; i++) {
  const [x, y] = i < 5 ? [0, 20 + 20 * i] : i < 12 ? [((i - 4) * 100) / 8, 100] : [100, 100 - 20 * (i - 12)];
  landmarks.set([x, y], 2 * i);
}
for (let i = 17; i < 27; i++) landmarks.set([5 + (i - 17) * 10, 20], 2 * i);

test('depth is the distance to the nearest edge, negative outside', () => {
  const { depth } = faceHull(landmarks);
  expect(depth(50, 60)).toBeCloseTo(40, 4);
  expect(depth(50, 90)).toBeCloseTo(10, 4);
  expect(depth(3, 60)).toBeCloseTo(3, 4);
  expect(depth(50, 110)).toBeCloseTo(-10, 4);
});

test('a tenth of the way from chin to brows is added above the brows', () => {
  const { depth } = faceHull(landmarks);
  expect(depth(50, 12)).toBeCloseTo(0, 4);
  expect(depth(50, 15)).toBeGreaterThan(0);
  expect(depth(50, 10)).toBeLessThan(0);
});
