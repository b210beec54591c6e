import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { exp } from './exp.ts';

test('exp: value, gradient and second derivative agree with the plain formula', async () => {
  await checkOp(exp, [[2, 3]], (x) => x.map((v) => Math.exp(v)));
});
