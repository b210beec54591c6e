import { expect, test } from 'vitest';
import { bytesToLinear, linearToByte, linearToBytes, linearToSrgb, srgbToLinear } from './color.ts';

test('color: the curve passes through the known points of the standard', () => {
  expect(srgbToLinear(0.5)).toBeCloseTo(0.21404, 5);
  expect(linearToSrgb(0.18)).toBeCloseTo(0.46136, 5);
  expect(srgbToLinear(0)).toBe(0);
  expect(srgbToLinear(1)).toBeCloseTo(1, 12);
});

test('color: both pieces meet, and the inverse undoes', () => {
  expect(srgbToLinear(0.04045)).toBeCloseTo(srgbToLinear(0.0404501), 6);
  for (let i = 0; i <= 100; i++) expect(linearToSrgb(srgbToLinear(i / 100))).toBeCloseTo(i / 100, 9);
});

test('color: every byte survives the way to linear light and back', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect(linearToBytes(bytesToLinear(bytes))).toEqual(bytes);
});

test('color: light outside the range is clamped', () => {
  expect(linearToBytes(Float32Array.of(-1, 2, Number.NaN))).toEqual(Uint8Array.of(0, 255, 0));
});

test('color: the table gives the byte of the formula', () => {
  for (let i = 0; i <= 40_000; i++) {
    const value = i / 40_000;
    expect(Math.abs(linearToByte(value) - 255 * linearToSrgb(value))).toBeLessThan(0.5 + 1e-9);
  }
});
