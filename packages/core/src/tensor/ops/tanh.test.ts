import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { tanh } from './tanh.ts';

test('tanh: value, gradient and second derivative agree with the plain formula', async () => {
  await checkOp(tanh, [[2, 3]], (x) => x.map((v) => Math.tanh(v)));
});
