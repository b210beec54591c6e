import { expect, test } from 'vitest';
import { checkOp, runTraced } from '../../../../../test/check-op.ts';
import { gradients } from '../gradients.ts';
import { abs } from './abs.ts';
import { input } from './input.ts';
import { sum } from './sum.ts';

test('abs: value, gradient and second derivative agree with the plain formula', async () => {
  await checkOp(abs, [[2, 3]], (x) => x.map((v) => Math.abs(v)));
});

test('abs: the gradient at zero is zero', async () => {
  const x = input('x', [3]);
  const { gradient } = await runTraced(
    { gradient: gradients(sum(abs(x)), [x])[0] },
    { x: Float32Array.of(-2, 0, 2) },
  );
  expect(gradient).toEqual([-1, 0, 1]);
});
