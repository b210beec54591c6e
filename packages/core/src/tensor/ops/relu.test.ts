import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { relu } from './relu.ts';

test('relu: value, gradient and second derivative agree with the plain formula', async () => {
  await checkOp(relu, [[2, 3]], (x) => x.map((v) => Math.max(v, 0)));
});
