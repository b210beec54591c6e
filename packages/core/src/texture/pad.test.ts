import { expect, test } from 'vitest';
import { padCharts } from './pad.ts';

test('padCharts: known texels stay, the rim is copied, the rest is a mean of what is known', () => {
  const size = 32;
  const data = new Float32Array(size * size);
  const known = new Uint8Array(size * size);
  for (let row = 4; row < 12; row++) {
    for (let column = 4; column < 12; column++) {
      known[row * size + column] = 1;
      data[row * size + column] = column < 8 ? 0.2 : 0.8;
    }
  }
  padCharts(data, known, size, 1);
  expect(data[5 * size + 5]).toBeCloseTo(0.2, 6);
  expect(data[5 * size + 2]).toBeCloseTo(0.2, 6);
  expect(data[5 * size + 13]).toBeCloseTo(0.8, 6);
  for (const value of data) {
    expect(value).toBeGreaterThanOrEqual(0.2 - 1e-6);
    expect(value).toBeLessThanOrEqual(0.8 + 1e-6);
  }
  expect(data[31 * size + 31]).toBeGreaterThan(0.3);
});
