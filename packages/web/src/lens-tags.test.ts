import sharp from 'sharp';
import { expect, test } from 'vitest';
import { readLensTags } from './lens-tags.ts';

const exif = {
  IFD2: {
    FocalLength: '50/1',
    FocalLengthIn35mmFilm: '75',
    PixelXDimension: '4000',
    PixelYDimension: '3000',
  },
};

async function picture(format: 'jpeg' | 'png' | 'webp', withExif = true): Promise<Uint8Array> {
  const blank = sharp({ create: { width: 8, height: 8, channels: 3, background: '#808080' } });
  return new Uint8Array(await (withExif ? blank.withExif(exif) : blank).toFormat(format).toBuffer());
}

test.for(['jpeg', 'png', 'webp'] as const)('the lens of a %s is found', async (format) => {
  expect(readLensTags(await picture(format))).toMatchObject({ FocalLength: 50, FocalLengthIn35mmFilm: 75 });
});

test('a file without a block, a truncated one and something else say nothing', async () => {
  expect(readLensTags(await picture('jpeg', false))).toEqual({});
  expect(readLensTags(await picture('png', false))).toEqual({});
  expect(readLensTags((await picture('jpeg')).subarray(0, 40))).toEqual({});
  expect(readLensTags(new Uint8Array(0))).toEqual({});
  expect(readLensTags(new TextEncoder().encode('some text that is no picture'))).toEqual({});
});
