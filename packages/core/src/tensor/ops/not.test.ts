import { expect, test } from 'vitest';
import { runTraced } from '../../../../../test/check-op.ts';
import { input } from './input.ts';
import { not } from './not.ts';

test('not: turns truth values round', async () => {
  const { y } = await runTraced({ y: not(input('x', [2], 'bool')) }, { x: Uint8Array.of(0, 1) });
  expect(y).toEqual([1, 0]);
});
