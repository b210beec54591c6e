import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { div } from './div.ts';

test('div: value and derivatives agree where shapes are equal', async () => {
  await checkOp(
    div,
    [
      [2, 3],
      [2, 3],
    ],
    (x, y) => x.map((a, i) => a / y[i]),
    { range: [0.5, 2] },
  );
});

test('div: shapes [2, 1, 3] and [4, 1] broadcast to [2, 4, 3]', async () => {
  await checkOp(
    div,
    [
      [2, 1, 3],
      [4, 1],
    ],
    (x, y) => {
      const at = (i: number, j: number, k: number) => [x[3 * i + k], y[j]];
      return Array.from({ length: 24 }, (_, n) => {
        const [a, b] = at(Math.floor(n / 12), Math.floor(n / 3) % 4, n % 3);
        return a / b;
      });
    },
    { range: [0.5, 2] },
  );
});

test('div: a plain number stands on either side', async () => {
  await checkOp(
    (x) => div(0.5, div(x, 2)),
    [[3]],
    (x) => x.map((v) => 0.5 / (v / 2)),
    { range: [0.5, 2] },
  );
});
