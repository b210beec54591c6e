import { expect, test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { input } from './input.ts';
import { transpose } from './transpose.ts';

test('transpose: a cycle of three axes', async () => {
  const result = (x: Float64Array) =>
    Array.from({ length: 24 }, (_, n) => {
      // The result is [4, 2, 3]; its axes come from axes 2, 0 and 1.
      const [k, i, j] = [Math.floor(n / 6), Math.floor(n / 3) % 2, n % 3];
      return x[12 * i + 4 * j + k];
    });
  await checkOp((x) => transpose(x, [2, 0, 1]), [[2, 3, 4]], result);
});

test('transpose: by default the last two axes change places', () => {
  expect(transpose(input('x', [2, 3, 4])).shape).toEqual([2, 4, 3]);
  expect(() => transpose(input('x', [2, 3]), [0, 0])).toThrow(
    'transpose: the permutation must name each axis of [2,3] once, got [0,0].',
  );
});
