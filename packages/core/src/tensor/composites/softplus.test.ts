import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { softplus } from './softplus.ts';

test('softplus: agrees with the plain formula, far out too', async () => {
  await checkOp(softplus, [[6]], (x) => x.map((v) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)))), {
    values: [[-60, -3, -0.1, 0.2, 4, 90]],
  });
});
