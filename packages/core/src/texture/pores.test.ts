import { expect, test } from 'vitest';
import { poresAt } from './pores.ts';

const points = Float32Array.from({ length: 3 * 40_000 }, (_, i) => {
  const n = Math.floor(i / 3);
  return [(n % 200) * 0.37, Math.floor(n / 200) * 0.37, 90][i % 3];
});
const values = Float64Array.from({ length: 40_000 }, (_, n) => poresAt(points, 3 * n, 3));

test('pores have mean zero and deviation one, and stay below two', () => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  expect(Math.abs(mean)).toBeLessThan(0.05);
  expect(deviation).toBeGreaterThan(0.75);
  expect(deviation).toBeLessThan(1.15);
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(2);
});

test('neighbours two millimetres apart know nothing of each other', () => {
  let sum = 0;
  const apart = 6;
  for (let n = 0; n < values.length - apart; n++) sum += values[n] * values[n + apart];
  expect(Math.abs(sum / values.length)).toBeLessThan(0.12);
});

test('another seed is another skin', () => {
  expect(poresAt(points, 300, 4)).not.toBe(poresAt(points, 300, 3));
});
