import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { greater } from './greater.ts';
import { where } from './where.ts';

test('where: picks and differentiates both branches, the condition broadcasts', async () => {
  await checkOp(
    (x, a, b) => where(greater(x, 0), a, b),
    [[2, 1], [2, 3], [3]],
    (x, a, b) => a.map((value, i) => (x[Math.floor(i / 3)] > 0 ? value : b[i % 3])),
  );
});

test('where: a plain number stands for either branch', async () => {
  await checkOp(
    (x) => where(greater(x, 0), x, -1),
    [[4]],
    (x) => x.map((v) => (v > 0 ? v : -1)),
  );
});
