import { expect, test } from 'vitest';
import { runTraced } from '../../../../../test/check-op.ts';
import { gradients } from '../gradients.ts';
import { input } from './input.ts';
import { mul } from './mul.ts';
import { stopGradient } from './stop-gradient.ts';
import { sum } from './sum.ts';

test('stopGradient: the values pass, one factor of a square is held', async () => {
  const x = input('x', [2]);
  const y = mul(x, stopGradient(x));
  const found = await runTraced({ y, gradient: gradients(sum(y), [x])[0] }, { x: Float32Array.of(3, -2) });
  expect(found).toEqual({ y: [9, 4], gradient: [3, -2] });
});
