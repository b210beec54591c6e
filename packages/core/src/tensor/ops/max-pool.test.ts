import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { maxPool } from './max-pool.ts';

/** The largest pixel of each window of k × k pixels in one plane of h × w. */
function largest(x: Float64Array, [h, w, k, stride, pad]: readonly number[]): number[] {
  const result: number[] = [];
  for (let plane = 0; plane < x.length; plane += h * w)
    for (let top = -pad; top + k <= h + pad; top += stride)
      for (let left = -pad; left + k <= w + pad; left += stride) {
        let best = Number.NEGATIVE_INFINITY;
        for (let i = Math.max(top, 0); i < Math.min(top + k, h); i++)
          for (let j = Math.max(left, 0); j < Math.min(left + k, w); j++)
            best = Math.max(best, x[plane + i * w + j]);
        result.push(best);
      }
  return result;
}

test('maxPool: tiles of 2 x 2', async () => {
  await checkOp(
    (x) => maxPool(x, 2),
    [[2, 1, 4, 4]],
    (x) => largest(x, [4, 4, 2, 2, 0]),
  );
});

test('maxPool: overlapping windows with a border, all pixels negative', async () => {
  await checkOp(
    (x) => maxPool(x, { kernel: 3, strides: 2, pads: 1 }),
    [[1, 2, 5, 5]],
    (x) => largest(x, [5, 5, 3, 2, 1]),
    { range: [-3, -1] },
  );
});
