import { expect, test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { averagePool, upsampleNearest } from './average-pool.ts';
import { input } from './input.ts';

/** Averages windows of k × k pixels of planes of h × w; borders count as zeros. */
function average(x: Float64Array, [h, w, k, stride, pad]: readonly number[]): number[] {
  const result: number[] = [];
  for (let plane = 0; plane < x.length; plane += h * w)
    for (let top = -pad; top + k <= h + pad; top += stride)
      for (let left = -pad; left + k <= w + pad; left += stride) {
        let sum = 0;
        for (let i = Math.max(top, 0); i < Math.min(top + k, h); i++)
          for (let j = Math.max(left, 0); j < Math.min(left + k, w); j++) sum += x[plane + i * w + j];
        result.push(sum / (k * k));
      }
  return result;
}

test('averagePool: tiles of 2 x 2', async () => {
  await checkOp(
    (x) => averagePool(x, 2),
    [[2, 2, 4, 2]],
    (x) => average(x, [4, 2, 2, 2, 0]),
  );
});

test('averagePool: overlapping windows with a border', async () => {
  await checkOp(
    (x) => averagePool(x, { kernel: 3, strides: 2, pads: 1 }),
    [[1, 2, 6, 5]],
    (x) => average(x, [6, 5, 3, 2, 1]),
  );
});

test('averagePool: a last row that no window reaches', async () => {
  await checkOp(
    (x) => averagePool(x, 2),
    [[1, 1, 5, 2]],
    (x) => average(x.slice(0, 8), [4, 2, 2, 2, 0]),
  );
});

test('upsampleNearest: each pixel becomes a tile', async () => {
  for (const factor of [2, 3]) {
    await checkOp(
      (x) => upsampleNearest(x, factor),
      [[1, 2, 2, 3]],
      (x) =>
        Array.from({ length: 12 * factor * factor }, (_, n) => {
          const [row, column] = [Math.floor(n / (3 * factor)), n % (3 * factor)];
          return x[Math.floor(row / factor) * 3 + Math.floor(column / factor)];
        }),
    );
  }
});

test('averagePool: only pictures are taken', () => {
  expect(() => averagePool(input('x', [4, 4]), 2)).toThrow(
    'averagePool: a picture must be [N, C, H, W], got [4,4].',
  );
});
