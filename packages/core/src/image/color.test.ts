import { expect, test } from 'vitest';
import { linearToSrgb, srgbToLinear } from './color.ts';

test('known values: the ends, mid grey, and both sides of the knee', () => {
  expect(linearToSrgb(0)).toBe(0);
  expect(linearToSrgb(1)).toBeCloseTo(1, 12);
  // 18 % grey is 118 of 255 in sRGB.
  expect(Math.round(255 * linearToSrgb(0.18))).toBe(118);
  expect(linearToSrgb(0.002)).toBeCloseTo(0.02584, 12);
});

test('the two are inverse to each other', () => {
  for (let byte = 0; byte < 256; byte++) {
    expect(linearToSrgb(srgbToLinear(byte / 255)) * 255).toBeCloseTo(byte, 4);
  }
});
