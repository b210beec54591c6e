import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { square } from './square.ts';

test('square: value, gradient and second derivative agree with the plain formula', async () => {
  await checkOp(square, [[2, 3]], (x) => x.map((v) => v * v));
});
