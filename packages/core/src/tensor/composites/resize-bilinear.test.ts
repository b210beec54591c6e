import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { resizeBilinear, upsampleBilinear } from './resize-bilinear.ts';

/** Interpolates one plane of h × w at pixel centers. */
function resized(x: Float64Array, [h, w, height, width]: readonly number[]): number[] {
  const split = (i: number, to: number, from: number) => {
    const center = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const low = Math.floor(center);
    return [low, Math.min(low + 1, from - 1), center - low];
  };
  return Array.from({ length: height * width }, (_, n) => {
    const [top, bottom, v] = split(Math.floor(n / width), height, h);
    const [left, right, u] = split(n % width, width, w);
    const row = (r: number) => (1 - u) * x[r * w + left] + u * x[r * w + right];
    return (1 - v) * row(top) + v * row(bottom);
  });
}

test('resizeBilinear: larger, smaller, and from a single row', async () => {
  await checkOp(
    (x) => resizeBilinear(x, [5, 7]),
    [[1, 1, 3, 4]],
    (x) => resized(x, [3, 4, 5, 7]),
  );
  await checkOp(
    (x) => resizeBilinear(x, [2, 3]),
    [[1, 1, 3, 4]],
    (x) => resized(x, [3, 4, 2, 3]),
  );
  await checkOp(
    (x) => resizeBilinear(x, [2, 2]),
    [[1, 1, 1, 2]],
    (x) => resized(x, [1, 2, 2, 2]),
  );
});

test('upsampleBilinear: doubles each plane', async () => {
  await checkOp(
    (x) => upsampleBilinear(x),
    [[1, 2, 2, 3]],
    (x) => [0, 6].flatMap((plane) => resized(x.slice(plane, plane + 6), [2, 3, 4, 6])),
  );
});
