import { expect, test } from 'vitest';
import { randomStream } from '../random/index.ts';
import { gaussianDistance } from './gaussian-distance.ts';

const random = randomStream(4, 'gaussian');
/** Long in one direction, short in the other. */
const draw = (): number[] => {
  const [along, across] = [3 * random.normal(), 0.3 * random.normal()];
  return [1 + along + across, 2 + along - across];
};
const samples = Array.from({ length: 2000 }, draw);

test('gaussianDistance: about one for what is usual, measured in the deviations of each direction', () => {
  const distance = gaussianDistance(samples);
  const fresh = Array.from({ length: 2000 }, draw).map(distance);
  const square = fresh.reduce((sum, value) => sum + value ** 2, 0) / fresh.length;
  // Shrinkage makes the short direction longer than it is.
  expect(square).toBeGreaterThan(0.5);
  expect(square).toBeLessThan(1.1);
  expect(distance([1, 2])).toBeLessThan(0.1);
  const exact = gaussianDistance(samples, { shrinkage: 0 });
  expect(exact([1 + 3, 2 + 3])).toBeCloseTo(Math.SQRT1_2, 1);
  expect(exact([1 + 0.3, 2 - 0.3])).toBeCloseTo(Math.SQRT1_2, 1);
  // As far from the mean, along and across.
  expect(distance([1 + 4, 2 - 4])).toBeGreaterThan(2.5 * distance([1 + 4, 2 + 4]));
});

test('gaussianDistance: samples that do not differ are refused', () => {
  expect(() => gaussianDistance([[1, 2]])).toThrow('at least two samples that differ, got 1. Give more.');
  expect(() => gaussianDistance([])).toThrow('got 0');
  expect(() => gaussianDistance([[1], [1]])).toThrow('got 2');
});
