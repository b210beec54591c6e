import type { Image } from '@ganfit/core/image';
import { expect, test } from 'vitest';
import { joinImages, stackImages } from './stack-images.ts';

const picture = (width: number, height: number, value: number): Image => {
  return { width, height, channels: 3, data: new Uint8Array(3 * width * height).fill(value) };
};

test('stackImages, joinImages: every picture keeps its pixels', () => {
  const stack = stackImages([picture(2, 1, 1), picture(2, 2, 2)]);
  expect([stack.width, stack.height]).toEqual([2, 3]);
  expect([...stack.data]).toEqual([...Array(6).fill(1), ...Array(12).fill(2)]);
  const row = joinImages([picture(1, 2, 1), picture(2, 2, 2)]);
  expect([row.width, row.height]).toEqual([3, 2]);
  expect([...row.data.subarray(0, 9)]).toEqual([1, 1, 1, 2, 2, 2, 2, 2, 2]);
  expect(() => stackImages([picture(2, 1, 1), picture(3, 1, 1)])).toThrow('of one width');
  expect(() => joinImages([])).toThrow('of one height');
});
