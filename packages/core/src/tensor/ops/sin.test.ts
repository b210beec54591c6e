import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { cos, sin } from './sin.ts';

test('sin: value and derivatives agree with Math.sin', async () => {
  await checkOp(sin, [[5]], (x) => x.map(Math.sin));
});

test('cos: value and derivatives agree with Math.cos', async () => {
  await checkOp(cos, [[5]], (x) => x.map(Math.cos));
});
