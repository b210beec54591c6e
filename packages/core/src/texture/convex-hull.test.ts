import { expect, test } from 'vitest';
import { convexHull, distanceOutside } from './convex-hull.ts';

test('convexHull: inner points are left out, distances are to the nearest side', () => {
  const hull = convexHull([
    [0, 0],
    [4, 0],
    [2, 1],
    [4, 3],
    [0, 3],
    [1, 2],
  ]);
  expect(hull).toHaveLength(4);
  expect(distanceOutside(hull, 2, 2)).toBe(0);
  expect(distanceOutside(hull, 6, 1)).toBeCloseTo(2, 9);
  expect(distanceOutside(hull, 7, 7)).toBeCloseTo(5, 9);
});
