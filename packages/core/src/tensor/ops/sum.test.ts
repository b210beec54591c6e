import { expect, test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { input } from './input.ts';
import { broadcastTo, sum } from './sum.ts';

test('sum: over the middle axis, and over all', async () => {
  const middle = (x: Float64Array) =>
    Array.from({ length: 8 }, (_, n) =>
      [0, 1, 2].reduce((s, j) => s + x[12 * Math.floor(n / 4) + 4 * j + (n % 4)], 0),
    );
  await checkOp((x) => sum(x, 1), [[2, 3, 4]], middle);
  await checkOp((x) => sum(x, -2, true), [[2, 3, 4]], middle);
  await checkOp(
    (x) => sum(x),
    [[2, 3]],
    (x) => [x.reduce((a, b) => a + b, 0)],
  );
});

test('sum: over channels of wide planes, as a product with ones', async () => {
  await checkOp(
    (x) => sum(x, 1, true),
    [[2, 3, 8, 8]],
    (x) =>
      Array.from({ length: 128 }, (_, n) =>
        [0, 1, 2].reduce((s, c) => s + x[64 * (3 * Math.floor(n / 64) + c) + (n % 64)], 0),
      ),
  );
});

test('sum: over axes apart', async () => {
  await checkOp(
    (x) => sum(x, [0, 2]),
    [[2, 3, 2]],
    (x) => [0, 1, 2].map((j) => x[2 * j] + x[2 * j + 1] + x[6 + 2 * j] + x[6 + 2 * j + 1]),
  );
});

test('broadcastTo: a column is spread over rows and planes', async () => {
  await checkOp(
    (x) => broadcastTo(x, [2, 3, 2]),
    [[3, 1]],
    (x) => Array.from({ length: 12 }, (_, n) => x[Math.floor(n / 2) % 3]),
  );
});

test('broadcastTo: a shape that does not fit is refused', () => {
  expect(() => broadcastTo(input('x', [3, 2]), [3, 1])).toThrow(
    'broadcastTo: [3,2] must broadcast to the target, got [3,1].',
  );
  expect(() => sum(input('x', [3, 2]), [0, 2])).toThrow(
    'sum: axes must be different and inside rank 2, got [0, 2].',
  );
});
