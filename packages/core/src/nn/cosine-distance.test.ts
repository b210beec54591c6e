import { test } from 'vitest';
import { checkOp } from '../../../../test/check-op.ts';
import { cosineDistance } from './cosine-distance.ts';

test('cosineDistance: agrees with the plain formula for each row', async () => {
  const dot = (a: Float64Array, b: Float64Array, row: number) =>
    [0, 1, 2].reduce((total, k) => total + a[3 * row + k] * b[3 * row + k], 0);
  await checkOp(
    cosineDistance,
    [
      [2, 3],
      [2, 3],
    ],
    (a, b) => [0, 1].map((row) => 1 - dot(a, b, row) / Math.sqrt(dot(a, a, row) * dot(b, b, row))),
  );
});
