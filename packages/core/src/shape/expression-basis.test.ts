import { expect, test } from 'vitest';
import { randomStream } from '../random/index.ts';
import { expressionBasis, mixShapes } from './expression-basis.ts';

const random = randomStream(8, 'shapes');
const names = ['jawOpen', 'mouthClose', 'mouthSmileLeft', 'mouthSmileRight', 'browInnerUp'];
const shapes = { count: 5, data: Float32Array.from({ length: 5 * 300 }, () => random.normal()) };
const weights = new Float64Array(100).fill(1);

function gram(data: Float32Array, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < 300; i++) sum += data[300 * a + i] * data[300 * b + i];
  return sum;
}

test('modes are mixtures of the shapes, orthogonal, the largest first', () => {
  const { mixture, basis } = expressionBasis(names, shapes, weights, 4);
  expect(mixShapes(mixture, shapes, 4).data).toEqual(basis.data);
  for (let k = 1; k < 4; k++) {
    expect(gram(basis.data, k, k)).toBeLessThan(gram(basis.data, k - 1, k - 1));
    expect(Math.abs(gram(basis.data, k, k - 1))).toBeLessThan(1e-3 * gram(basis.data, 0, 0));
  }
});

test('a shape that moves more comes first, and both sides of a pair mostly move together', () => {
  const wide = { count: 5, data: shapes.data.map((x, i) => (Math.floor(i / 300) === 4 ? 10 * x : x)) };
  const { mixture } = expressionBasis(names, wide, weights, 2);
  const first = [...mixture.subarray(0, 5)].map(Math.abs);
  expect(first.indexOf(Math.max(...first))).toBe(4);
  const even = expressionBasis(
    names.slice(2, 4),
    { count: 2, data: shapes.data.subarray(600, 1200) },
    weights,
    2,
  );
  expect(Math.sign(even.mixture[0])).toBe(Math.sign(even.mixture[1]));
});

test('blocks that stay at rest are left out without changing a number', () => {
  const sparse = { count: 5, data: shapes.data.map((x, i) => (i % 300 < 200 && i % 300 > 60 ? 0 : x)) };
  const mixture = Float32Array.from({ length: 5 }, () => random.normal());
  const { data } = mixShapes(mixture, sparse, 1);
  for (const i of [0, 60, 100, 250, 299]) {
    let sum = 0;
    for (let j = 0; j < 5; j++) sum += mixture[j] * sparse.data[300 * j + i];
    expect(data[i]).toBeCloseTo(sum, 4);
  }
});
