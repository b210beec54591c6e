import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { reciprocal } from './reciprocal.ts';

test('reciprocal: value, gradient and second derivative agree with the plain formula', async () => {
  await checkOp(reciprocal, [[2, 3]], (x) => x.map((v) => 1 / v), { range: [0.5, 2] });
});
