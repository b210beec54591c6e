import { expect, test } from 'vitest';
import { landmarkError } from './landmark-error.ts';

test('only inner points count, in units of the outer-eye distance', () => {
  const reference = new Float32Array(136);
  reference.set([10, 20], 72);
  reference.set([40, 60], 90); // 50 px apart.
  const found = reference.slice();
  expect(landmarkError(found, reference)).toBe(0);
  for (let i = 0; i < 34; i++) found[i] += 7; // The jaw line.
  expect(landmarkError(found, reference)).toBe(0);
  for (let i = 17; i < 68; i++) {
    found[2 * i] += 3;
    found[2 * i + 1] -= 4;
  }
  expect(landmarkError(found, reference)).toBeCloseTo(0.1, 6);
});
