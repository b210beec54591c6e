import { expect, test } from 'vitest';
import { randomStream } from '../random/index.ts';
import { conjugateGradient } from './conjugate-gradient.ts';
import { multiplyRows, multiplySparse, sparseRows, transposeRows } from './sparse-rows.ts';

const random = randomStream(2, 'sparse');
const N = 60;
const left = sparseRows(
  Array.from(
    { length: N },
    (_, r) =>
      new Map([
        [r, 2],
        [random.index(N), random.normal()],
        [random.index(N), random.normal()],
      ]),
  ),
);
const system = multiplySparse(transposeRows(left, N), left);

test('the product with the transpose agrees with multiplying twice', () => {
  const x = Float64Array.from({ length: N * 2 }, () => random.normal());
  const twice = multiplyRows(transposeRows(left, N), multiplyRows(left, x, 2), 2);
  multiplyRows(system, x, 2).forEach((value, i) => {
    expect(value).toBeCloseTo(twice[i], 10);
  });
});

test('several right sides are solved at once', () => {
  const wanted = Float64Array.from({ length: N * 3 }, () => random.normal());
  const solution = conjugateGradient(system, multiplyRows(system, wanted, 3), 3, undefined, 1e-10);
  solution.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i], 5);
  });
});

test('what does not converge is an error', () => {
  const indefinite = sparseRows([new Map([[0, 1]]), new Map([[1, -1]])]);
  expect(() => conjugateGradient(indefinite, Float64Array.of(1, 1), 1, undefined, 1e-9, 50)).toThrow(
    /within 50 rounds/,
  );
});
