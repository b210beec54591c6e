import { expect, test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { concat, stack } from './concat.ts';
import { input } from './input.ts';

test('concat: two tensors along the last axis', async () => {
  await checkOp(
    (a, b) => concat([a, b], -1),
    [
      [2, 1],
      [2, 2],
    ],
    (a, b) => [a[0], b[0], b[1], a[1], b[2], b[3]],
  );
});

test('stack: one tensor beside the other on a new axis', async () => {
  await checkOp(
    (a, b) => stack([a, b], 1),
    [[2], [2]],
    (a, b) => [a[0], b[0], a[1], b[1]],
  );
});

test('concat: other sizes must agree', () => {
  expect(() => concat([input('a', [2, 3]), input('b', [3, 3])], 1)).toThrow(
    'concat: sizes beside axis 1 must agree, got [2,3] and [3,3].',
  );
});
