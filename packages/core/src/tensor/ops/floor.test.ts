import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { floor } from './floor.ts';

test('floor: value, gradient and second derivative agree with the plain formula', async () => {
  await checkOp(floor, [[2, 3]], (x) => x.map((v) => Math.floor(v)), { range: [-3, 3] });
});
