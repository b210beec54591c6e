import { expect, test } from 'vitest';
import { halve } from './halve.ts';
import type { Image } from './image.ts';
import { toPlanes } from './layout.ts';
import { warp } from './warp.ts';

/** A picture whose red grows by 2 a column and green by 3 a row, so that a sample tells where it was taken. */
function ramp(width: number, height: number): Image {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    data[3 * i] = 2 * (i % width);
    data[3 * i + 1] = 3 * Math.floor(i / width);
    data[3 * i + 2] = 100;
  }
  return { width, height, channels: 3, data };
}

test('warp: the identity keeps every pixel', () => {
  const image = ramp(12, 9);
  const copy = warp(image, { a: 1, b: 0, x0: 0, y0: 0 }, 12, 9);
  image.data.forEach((value, i) => {
    expect(255 * copy.data[i]).toBeCloseTo(value, 3);
  });
});

test('warp: a shift by half a pixel lies half way between the neighbors', () => {
  const shifted = warp(ramp(12, 9), { a: 1, b: 0, x0: 0.5, y0: 0.5 }, 8, 8);
  const at = 3 * (2 * 8 + 5);
  expect(255 * shifted.data[at]).toBeCloseTo(2 * 5.5, 4);
  expect(255 * shifted.data[at + 1]).toBeCloseTo(3 * 2.5, 4);
});

test('warp: enlarging by two keeps centers at + 0.5', () => {
  const large = warp(ramp(12, 9), { a: 0.5, b: 0, x0: 0, y0: 0 }, 24, 18);
  // Pixel 11 of the result has its center at 11.5 / 2 = 5.75, which is 5.25 in whole-pixel coordinates.
  expect(255 * large.data[3 * (24 * 8 + 11)]).toBeCloseTo(2 * 5.25, 4);
});

test('warp: a quarter turn puts rows into columns', () => {
  const image = ramp(8, 8);
  const turned = warp(image, { a: 0, b: 1, x0: 8, y0: 0 }, 8, 8);
  // Result (x, y) comes from picture (8 - y, x).
  const at = 3 * (2 * 8 + 5);
  expect(255 * turned.data[at]).toBeCloseTo(2 * 5, 3);
  expect(255 * turned.data[at + 1]).toBeCloseTo(3 * 5, 3);
});

test('warp: a stretched pixel is higher than wide', () => {
  const stretched = warp(ramp(12, 12), { a: 1, b: 0, x0: 0, y0: 0 }, 6, 6, { stretch: 2 });
  const at = 3 * (3 * 6 + 2);
  expect(255 * stretched.data[at]).toBeCloseTo(2 * 2, 4);
  // Row 3 covers the rows 6 and 7.
  expect(255 * stretched.data[at + 1]).toBeCloseTo(3 * 6.5, 4);
});

test('warp: shrinking averages instead of picking', () => {
  const data = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i % 2) * 255);
  const small = warp({ width: 64, height: 64, channels: 1, data }, { a: 8, b: 0, x0: 0, y0: 0 }, 8, 8, {
    border: 'edge',
  });
  for (const value of small.data) expect(value).toBeCloseTo(0.5, 1);
});

test('warp: outside is black or the edge, as asked', () => {
  const far = { a: 1, b: 0, x0: -100, y0: 0 };
  expect(warp(ramp(8, 8), far, 2, 2).data[2]).toBe(0);
  expect(255 * warp(ramp(8, 8), far, 2, 2, { border: 'edge' }).data[2]).toBeCloseTo(100, 4);
});

test('halve: each pixel is the mean of four, an odd rest is dropped', () => {
  const half = halve({ width: 3, height: 2, channels: 1, data: Uint8Array.of(0, 10, 99, 20, 31, 99) });
  expect(half).toMatchObject({ width: 1, height: 1 });
  expect([...half.data]).toEqual([15]);
});

test('toPlanes: order, mean and divisor', () => {
  const image = { width: 1, height: 2, channels: 3, data: Float32Array.of(0, 0.5, 1, 0.2, 0.4, 0.6) };
  const planes = toPlanes(image, { order: 'BGR', mean: [5, 15, 25], divisor: 10 });
  const expected = [25, 14.8, 11.25, 8.7, -2.5, 2.6];
  expected.forEach((value, i) => {
    expect(planes[i]).toBeCloseTo(value, 4);
  });
});
