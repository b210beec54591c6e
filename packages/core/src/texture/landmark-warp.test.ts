import { expect, test } from 'vitest';
import { landmarkWarp } from './landmark-warp.ts';

const projected = Float32Array.from({ length: 50 }, (_, i) =>
  i % 2 ? 30 * Math.floor(i / 10) : 30 * ((i / 2) % 5),
);

test('landmarkWarp: a common shift is followed among the landmarks and fades away from them', () => {
  const detected = projected.map((value, i) => value + (i % 2 ? -3 : 5));
  const warp = landmarkWarp({ projected, detected }, 40);
  const shift = [0, 0];
  warp(62, 71, shift);
  expect(shift[0]).toBeGreaterThan(4.5);
  expect(shift[0]).toBeLessThan(5.5);
  expect(shift[1]).toBeCloseTo(-3, 0);
  warp(400, 400, shift);
  expect(Math.hypot(...shift)).toBeLessThan(0.01);
});

test('landmarkWarp: one landmark alone among many is taken for noise in part', () => {
  const detected = projected.slice();
  detected[24] += 8;
  const shift = [0, 0];
  landmarkWarp({ projected, detected }, 40)(projected[24], projected[25], shift);
  expect(shift[0]).toBeGreaterThan(0.5);
  expect(shift[0]).toBeLessThan(6);
});
