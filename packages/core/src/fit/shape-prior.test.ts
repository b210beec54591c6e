import { expect, it } from 'vitest';
import { shapePrior, standardShapePrior, whitenShape } from './shape-prior.ts';

it('the standard prior leaves coefficients as they are', () => {
  expect(Array.from(whitenShape(standardShapePrior(3), [1, -2, 0.5]))).toEqual([1, -2, 0.5]);
});

it('whitened offsets have the length that the covariance gives them', () => {
  const covariance = [4, 1.2, 0, 1.2, 1, 0.3, 0, 0.3, 0.5];
  const mean = [1, 2, 3];
  const prior = shapePrior(mean, covariance);
  // x = L z has Mahalanobis length |z| for any root L of the covariance.
  const z = [0.3, -1, 2];
  const root = [2, 0, 0, 0.6, 0.8, 0, 0, 0.375, Math.sqrt(0.5 - 0.375 ** 2)];
  const x = mean.map((m, i) => m + root[3 * i] * z[0] + root[3 * i + 1] * z[1] + root[3 * i + 2] * z[2]);
  expect(Math.hypot(...whitenShape(prior, x))).toBeCloseTo(Math.hypot(...z), 5);
  expect(Math.hypot(...whitenShape(prior, mean))).toBe(0);
});

it('refuses a covariance of another size', () => {
  expect(() => shapePrior([0, 0], [1, 0, 0])).toThrow(/\[2, 2\]/);
});
