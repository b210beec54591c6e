import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { log } from './log.ts';

test('log: value, gradient and second derivative agree with the plain formula', async () => {
  await checkOp(log, [[2, 3]], (x) => x.map((v) => Math.log(v)), { range: [0.5, 3] });
});
