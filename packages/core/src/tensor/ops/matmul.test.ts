import { expect, test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { input } from './input.ts';
import { matmul } from './matmul.ts';

/** The triple loop, for one matrix of a batch. */
function product(a: Float64Array, b: Float64Array, [n, k, m]: readonly number[]): number[] {
  return Array.from({ length: n * m }, (_, index) => {
    const [i, j] = [Math.floor(index / m), index % m];
    let sum = 0;
    for (let l = 0; l < k; l++) sum += a[i * k + l] * b[l * m + j];
    return sum;
  });
}

test('matmul: value and derivatives agree with the triple loop', async () => {
  await checkOp(
    matmul,
    [
      [3, 4],
      [4, 2],
    ],
    (a, b) => product(a, b, [3, 4, 2]),
  );
});

test('matmul: one matrix serves a batch, on either side', async () => {
  await checkOp(
    matmul,
    [
      [2, 3, 4],
      [4, 2],
    ],
    (a, b) => product(a, b, [6, 4, 2]),
  );
  await checkOp(
    matmul,
    [
      [2, 3],
      [2, 3, 2],
    ],
    (a, b) => [0, 6].flatMap((i) => product(a, b.slice(i, i + 6), [2, 3, 2])),
  );
});

test('matmul: two batch axes broadcast against one', async () => {
  await checkOp(
    matmul,
    [
      [2, 1, 1, 3],
      [2, 3, 1],
    ],
    (a, b) =>
      [0, 3].flatMap((i) => [0, 3].flatMap((j) => product(a.slice(i, i + 3), b.slice(j, j + 3), [1, 3, 1]))),
  );
});

test('matmul: inner sizes that differ are refused', () => {
  expect(() => matmul(input('a', [2, 3]), input('b', [2, 3]))).toThrow(
    'matmul: factors must be [..., n, k] and [..., k, m], got [2,3] and [2,3].',
  );
});
