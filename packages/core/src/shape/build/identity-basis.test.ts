import { expect, test } from 'vitest';
import { randomStream } from '../../random/index.ts';
import { type Factor, factorPca } from './identity-basis.ts';

const random = randomStream(9, 'factors');
const V = 8;
const factors: Factor[] = Array.from({ length: 10 }, (_, k) => {
  const parity = k % 3 === 0 ? -1 : 1;
  // Vertices 0 … 3 mirror to 4 … 7.
  const half = Float32Array.from({ length: 12 }, () => random.normal());
  const field = new Float32Array(24);
  half.forEach((value, i) => {
    field[i] = value;
    field[i + 12] = (i % 3 === 0 ? -parity : parity) * value;
  });
  return { field, parity };
});
const ones = new Float64Array(V).fill(1);

function covariance(fields: readonly Float32Array[], i: number, j: number): number {
  return fields.reduce((sum, field) => sum + field[i] * field[j], 0);
}

test('all modes together have the covariance of the factors', () => {
  const { basis } = factorPca(factors, ones, 10);
  const modes = Array.from({ length: 10 }, (_, k) => basis.data.subarray(24 * k, 24 * k + 24));
  const fields = factors.map((factor) => factor.field);
  for (const [i, j] of [
    [0, 0],
    [3, 17],
    [5, 9],
    [23, 23],
  ]) {
    expect(covariance(modes, i, j)).toBeCloseTo(covariance(fields, i, j), 4);
  }
});

test('modes are orthogonal, sorted, and keep their parity', () => {
  const { basis, parities } = factorPca(factors, ones, 10);
  const dot = (a: number, b: number): number => {
    let sum = 0;
    for (let i = 0; i < 24; i++) sum += basis.data[24 * a + i] * basis.data[24 * b + i];
    return sum;
  };
  for (let k = 1; k < 10; k++) {
    expect(dot(k, k)).toBeLessThanOrEqual(dot(k - 1, k - 1) + 1e-4);
    expect(Math.abs(dot(k, k - 1))).toBeLessThan(1e-4);
  }
  parities.forEach((parity, k) => {
    for (let i = 0; i < 12; i++) {
      const sign = i % 3 === 0 ? -parity : parity;
      expect(basis.data[24 * k + i + 12]).toBeCloseTo(sign * basis.data[24 * k + i], 4);
    }
  });
});

test('vertices of more weight are explained first', () => {
  const face = Float64Array.from({ length: V }, (_, v) => (v % 4 === 0 ? 1 : 1e-6));
  const left = (weights: Float64Array): number => {
    const { basis } = factorPca(factors, weights, 2);
    const total = factors.reduce((sum, { field }) => sum + field[0] ** 2 + field[1] ** 2 + field[2] ** 2, 0);
    let kept = 0;
    for (let k = 0; k < 2; k++) for (let i = 0; i < 3; i++) kept += basis.data[24 * k + i] ** 2;
    return 1 - kept / total;
  };
  expect(left(face)).toBeLessThan(left(ones));
});
