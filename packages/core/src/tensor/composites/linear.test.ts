import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { linear } from './linear.ts';

test('linear: weights and bias are differentiable', async () => {
  await checkOp(linear, [[2, 3], [2, 3], [2]], (x, w, bias) =>
    [0, 1, 2, 3].map((n) => {
      const [i, j] = [n >> 1, n & 1];
      return [0, 1, 2].reduce((total, k) => total + x[3 * i + k] * w[3 * j + k], bias[j]);
    }),
  );
});
