import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { sigmoid } from './sigmoid.ts';

test('sigmoid: value, gradient and second derivative agree with the plain formula', async () => {
  await checkOp(sigmoid, [[2, 3]], (x) => x.map((v) => 1 / (1 + Math.exp(-v))));
});
