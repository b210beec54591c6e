import { expect, test } from 'vitest';
import { type Surface, surfaceDistance } from './surface-distance.ts';

const square: Surface = {
  vertices: Float32Array.of(-10, -10, 0, 10, -10, 0, 10, 10, 0, -10, 10, 0),
  triangles: Uint32Array.of(0, 1, 2, 0, 2, 3),
};

test('surfaceDistance: to a plane it is the height, whatever the side', () => {
  const points = Float32Array.of(0, 0, 3, 1, 2, -4);
  const result = surfaceDistance(points, square);
  expect([...result.distances]).toEqual([3, 4]);
  expect(result.rms).toBeCloseTo(Math.sqrt(12.5), 6);
  expect(result.mean).toBe(3.5);
  expect(result.max).toBe(4);
  expect(result.count).toBe(2);
});

test('surfaceDistance: beside the border point-to-plane forgives, point-to-surface does not', () => {
  const point = Float32Array.of(13, 0, 4);
  expect(surfaceDistance(point, square, { to: 'plane' }).rms).toBeCloseTo(4, 6);
  expect(surfaceDistance(point, square, { to: 'surface' }).rms).toBeCloseTo(5, 6);
});

test('surfaceDistance: weights mask and count, and far points are left out', () => {
  const points = Float32Array.of(0, 0, 1, 0, 0, 2, 0, 0, 50, 5, 5, 100);
  const masked = surfaceDistance(points, square, { weights: [3, 1, 0, 1], within: 80 });
  expect(masked.count).toBe(2);
  expect(masked.mean).toBeCloseTo(1.25, 6);
  expect(Number.isNaN(masked.distances[2])).toBe(true);
  expect(Number.isNaN(masked.distances[3])).toBe(true);
});

test('surfaceDistance: median and 95 % of a ramp', () => {
  const points = Float32Array.from({ length: 303 }, (_, i) => (i % 3 === 2 ? Math.floor(i / 3) : 0));
  const { median, p95 } = surfaceDistance(points, square);
  expect(median).toBe(50);
  expect(p95).toBe(95);
});

test('surfaceDistance: nothing to measure is the caller’s mistake', () => {
  expect(() => surfaceDistance(Float32Array.of(0, 0, 9), square, { within: 5 })).toThrow(
    'surfaceDistance: at least one point must be measured, got 1 points and none within reach. Check mask, units and alignment.',
  );
});
