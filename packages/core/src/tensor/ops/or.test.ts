import { expect, test } from 'vitest';
import { runTraced } from '../../../../../test/check-op.ts';
import { input } from './input.ts';
import { or } from './or.ts';

test('or: gives its truth table', async () => {
  const y = or(input('a', [4], 'bool'), input('b', [4], 'bool'));
  const found = await runTraced({ y }, { a: Uint8Array.of(0, 0, 1, 1), b: Uint8Array.of(0, 1, 0, 1) });
  expect(found.y).toEqual([0, 1, 1, 1]);
});
