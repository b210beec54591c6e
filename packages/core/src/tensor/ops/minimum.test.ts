import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { minimum } from './minimum.ts';

test('minimum: value and derivatives agree where shapes are equal', async () => {
  await checkOp(
    minimum,
    [
      [2, 3],
      [2, 3],
    ],
    (x, y) => x.map((a, i) => Math.min(a, y[i])),
  );
});

test('minimum: shapes [2, 1, 3] and [4, 1] broadcast to [2, 4, 3]', async () => {
  await checkOp(
    minimum,
    [
      [2, 1, 3],
      [4, 1],
    ],
    (x, y) => {
      const at = (i: number, j: number, k: number) => [x[3 * i + k], y[j]];
      return Array.from({ length: 24 }, (_, n) => {
        const [a, b] = at(Math.floor(n / 12), Math.floor(n / 3) % 4, n % 3);
        return Math.min(a, b);
      });
    },
  );
});

test('minimum: a plain number stands on either side', async () => {
  await checkOp(
    (x) => minimum(0.5, minimum(x, 2)),
    [[3]],
    (x) => x.map((v) => Math.min(0.5, Math.min(v, 2))),
  );
});
