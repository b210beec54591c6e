import { expect, test } from 'vitest';
import { runTraced } from '../../../../../test/check-op.ts';
import { add } from './add.ts';
import { input } from './input.ts';

test('input: two of one name are one, and an input may be an output', async () => {
  const y = add(input('x', [2]), input('x', [2]));
  const found = await runTraced({ y, same: input('x', [2]) }, { x: Float32Array.of(1, 2) });
  expect(found).toEqual({ y: [2, 4], same: [1, 2] });
});
