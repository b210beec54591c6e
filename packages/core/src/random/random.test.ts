import { expect, test } from 'vitest';
import { randomStream } from './index.ts';

test('randomStream: one seed gives one sequence, another seed or name another', () => {
  const draw = (seed: number, name?: string) => {
    const stream = randomStream(seed, name);
    return Array.from({ length: 4 }, () => stream.uniform());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  expect(draw(7, 'camera')).not.toEqual(draw(7, 'light'));
});

test('randomStream: normal has mean 0, variance 1 and no skew', () => {
  const stream = randomStream(1);
  const n = 100_000;
  const moments = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const x = stream.normal();
    for (let k = 0; k < 4; k++) moments[k] += x ** (k + 1) / n;
  }
  expect(moments[0]).toBeCloseTo(0, 1);
  expect(moments[1]).toBeCloseTo(1, 1);
  expect(moments[2]).toBeCloseTo(0, 1);
  expect(Math.abs(moments[3] - 3)).toBeLessThan(0.15);
});

test('randomStream: index is uniform and stays in range', () => {
  const stream = randomStream(3);
  const histogram = new Array(5).fill(0);
  for (let i = 0; i < 50_000; i++) histogram[stream.index(5)]++;
  for (const count of histogram) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});
