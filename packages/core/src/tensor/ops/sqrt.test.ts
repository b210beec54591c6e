import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { sqrt } from './sqrt.ts';

test('sqrt: value, gradient and second derivative agree with the plain formula', async () => {
  await checkOp(sqrt, [[2, 3]], (x) => x.map((v) => Math.sqrt(v)), { range: [0.5, 3] });
});
