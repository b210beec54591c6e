import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { neg } from './neg.ts';

test('neg: value, gradient and second derivative agree with the plain formula', async () => {
  await checkOp(neg, [[2, 3]], (x) => x.map((v) => -v));
});
