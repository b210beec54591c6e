import { expect, test } from 'vitest';
import { astronaut, kitOrSkip } from '../../../ganfit/src/models/for-tests.ts';
import type { Image } from '../image/index.ts';
import { cosine } from './compare.ts';
import { observe } from './observe.ts';

test('the shape network says of a face in the mirror what it says of the mirror image', async (context) => {
  const kit = await kitOrSkip(context);
  const image = await astronaut();
  const data = new Uint8Array(image.data.length);
  const { width } = image;
  for (let i = 0; i < data.length / 3; i++) {
    const from = 3 * (i - (i % width) + (width - 1 - (i % width)));
    data.set(image.data.subarray(from, from + 3), 3 * i);
  }
  const other: Image = { ...image, data };
  const [[own], [reflected]] = [await observe(image, kit), await observe(other, kit)];
  const codes = [own, reflected].map(({ shapeCode, mirrored }) => [shapeCode, mirrored?.shapeCode]);
  for (const code of codes.flat()) expect(code).toHaveLength(256);
  const alike = (a?: Float32Array, b?: Float32Array) => cosine(a ?? [], b ?? []);
  const [[a, aMirrored], [b, bMirrored]] = codes;
  expect(alike(a, bMirrored)).toBeGreaterThan(0.98);
  expect(alike(aMirrored, b)).toBeGreaterThan(0.98);
  // Codes of both sides differ, or there would be no left and right in them.
  expect(alike(a, aMirrored)).toBeLessThan(alike(a, bMirrored));
});
