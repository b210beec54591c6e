import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { mean } from './mean.ts';

test('mean: over the last axis and over all', async () => {
  await checkOp(
    (x) => mean(x, -1),
    [[2, 3]],
    (x) => [0, 3].map((i) => (x[i] + x[i + 1] + x[i + 2]) / 3),
  );
  await checkOp(
    (x) => mean(x),
    [[2, 3]],
    (x) => [x.reduce((a, b) => a + b, 0) / 6],
  );
});
