import { expect, test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { input } from './input.ts';
import { reshape, squeeze, unsqueeze } from './reshape.ts';

test('reshape: the order of elements stays, a free size follows', async () => {
  await checkOp(
    (x) => reshape(x, [3, -1]),
    [[2, 3]],
    (x) => x,
  );
});

test('squeeze and unsqueeze: sizes of 1 come and go', async () => {
  const x = input('x', [2, 1, 3, 1]);
  expect(squeeze(x).shape).toEqual([2, 3]);
  expect(squeeze(x, -1).shape).toEqual([2, 1, 3]);
  expect(unsqueeze(x, [0, -1]).shape).toEqual([1, 2, 1, 3, 1, 1]);
  await checkOp(
    (y) => unsqueeze(squeeze(y), 1),
    [[2, 1, 2]],
    (y) => y,
  );
});

test('reshape: another count of elements is refused', () => {
  expect(() => reshape(input('x', [2, 3]), [4, 2])).toThrow(
    'reshape: [2,3] must have as many elements as the target, got [4,2].',
  );
  expect(() => squeeze(input('x', [2, 1]), 0)).toThrow(
    'squeeze: axes [0] must have size 1, got shape [2,1].',
  );
});
