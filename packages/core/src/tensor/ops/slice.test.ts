import { expect, test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { input } from './input.ts';
import { pad, slice } from './slice.ts';

test('slice: a part of each axis', async () => {
  await checkOp(
    (x) => slice(x, [1, 0], [3, 2]),
    [[4, 3]],
    (x) => [x[3], x[4], x[6], x[7]],
  );
});

test('slice: every third element, and bounds from the end', async () => {
  await checkOp(
    (x) => slice(x, [1], [8], [0], [3]),
    [[8]],
    (x) => [x[1], x[4], x[7]],
  );
  await checkOp(
    (x) => slice(x, [-2], [Number.POSITIVE_INFINITY], [1]),
    [[2, 3]],
    (x) => [x[1], x[2], x[4], x[5]],
  );
});

test('slice: backwards, whole and in steps', async () => {
  const back = Number.NEGATIVE_INFINITY;
  await checkOp(
    (x) => slice(x, [-1], [back], [1], [-1]),
    [[2, 3]],
    (x) => [x[2], x[1], x[0], x[5], x[4], x[3]],
  );
  await checkOp(
    (x) => slice(x, [6], [1], [0], [-2]),
    [[8]],
    (x) => [x[6], x[4], x[2]],
  );
});

test('pad: borders of zeros, and of another value', async () => {
  await checkOp(
    (x) => pad(x, [1, 0], [0, 2]),
    [[1, 2]],
    (x) => [0, 0, 0, 0, x[0], x[1], 0, 0],
  );
  await checkOp(
    (x) => pad(x, [1], [1], 5),
    [[2]],
    (x) => [5, x[0], x[1], 5],
  );
});

test('slice and pad: what cannot be is refused', () => {
  expect(() => slice(input('x', [3]), [2], [1])).toThrow(
    'slice: at least one element must be taken on every axis, got counts [0] from starts [2].',
  );
  expect(() => pad(input('x', [3]), [-1], [0])).toThrow(
    'pad: borders of [3] must be one not negative count per axis and side, got [-1] and [0].',
  );
});
