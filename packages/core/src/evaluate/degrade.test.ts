import { expect, test } from 'vitest';
import type { Image } from '../image/image.ts';
import { withFewPixels, withoutColor } from './degrade.ts';

const photo: Image = {
  width: 64,
  height: 32,
  channels: 3,
  // Stripes of one pixel, red and blue.
  data: Uint8Array.from({ length: 64 * 32 * 3 }, (_, i) => {
    const x = Math.floor(i / 3) % 64;
    return x % 2 ? [200, 20, 20][i % 3] : [20, 20, 200][i % 3];
  }),
};

test('withoutColor: three equal channels of the right brightness', () => {
  const { data } = withoutColor(photo);
  expect([...data.subarray(0, 6)]).toEqual([41, 41, 41, 74, 74, 74]);
});

test('withFewPixels: detail goes, size and mean stay', () => {
  const { width, height, data } = withFewPixels(photo, 240, 30);
  expect([width, height]).toEqual([64, 32]);
  for (let i = 3 * (32 * 16 + 8); i < 3 * (32 * 16 + 24); i += 3) {
    expect(Math.abs(data[i] - 110)).toBeLessThan(4);
    expect(Math.abs(data[i + 1] - 20)).toBeLessThan(2);
  }
  expect(withFewPixels(photo, 30, 30)).toBe(photo);
});
