import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { focalPixels } from './focal.ts';
import { decodePhoto, LARGEST_SIDE, readPhoto } from './image.ts';

const ASTRONAUT = resolve(import.meta.dirname, '../../../examples/astronaut.png');

/** Left half red, right half blue, 60 x 40. */
function twoHalves() {
  const data = Buffer.alloc(60 * 40 * 3);
  for (let i = 0; i < 60 * 40; i++) data[3 * i + (i % 60 < 30 ? 0 : 2)] = 255;
  return sharp(data, { raw: { width: 60, height: 40, channels: 3 } });
}

function pixel(image: { width: number; data: ArrayLike<number> }, x: number, y: number): number[] {
  const at = 3 * (y * image.width + x);
  return [image.data[at], image.data[at + 1], image.data[at + 2]];
}

test('photo: a PNG comes through unchanged', async () => {
  const { image, focal } = await readPhoto(ASTRONAUT);
  const raw = await sharp(await readFile(ASTRONAUT))
    .raw()
    .toBuffer();
  expect(image).toMatchObject({ width: 512, height: 512, channels: 3 });
  expect(Buffer.from(image.data).equals(raw)).toBe(true);
  expect(focal).toBeUndefined();
});

test('photo: EXIF orientation 6 is turned upright', async () => {
  // Orientation 6: the stored left column is the upright top row.
  const bytes = await twoHalves().withMetadata({ orientation: 6 }).png().toBuffer();
  const { image } = await decodePhoto(bytes);
  expect(image).toMatchObject({ width: 40, height: 60 });
  expect(pixel(image, 20, 5)).toEqual([255, 0, 0]);
  expect(pixel(image, 20, 55)).toEqual([0, 0, 255]);
});

test('photo: grayscale, 16 bits and CMYK become sRGB bytes', async () => {
  const gray = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#808080' } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
  expect(pixel((await decodePhoto(gray)).image, 3, 3)).toEqual([128, 128, 128]);

  const deep = await twoHalves().toColourspace('rgb16').png().toBuffer();
  expect((await sharp(deep).metadata()).depth).toBe('ushort');
  expect(pixel((await decodePhoto(deep)).image, 3, 3)).toEqual([255, 0, 0]);

  const deepGray = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#808080' } })
    .toColourspace('grey16')
    .png()
    .toBuffer();
  expect((await sharp(deepGray).metadata()).depth).toBe('ushort');
  for (const value of pixel((await decodePhoto(deepGray)).image, 3, 3)) {
    expect(Math.abs(value - 128)).toBeLessThanOrEqual(1);
  }

  const print = await twoHalves().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
  expect((await sharp(print).metadata()).space).toBe('cmyk');
  const { image } = await decodePhoto(print);
  expect(image.channels).toBe(3);
  const [red, green, blue] = pixel(image, 5, 5);
  expect(red).toBeGreaterThan(180);
  expect(Math.max(green, blue)).toBeLessThan(90);
});

test('photo: what is transparent is white', async () => {
  const bytes = await sharp({
    create: { width: 4, height: 4, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } },
  })
    .png()
    .toBuffer();
  expect(pixel((await decodePhoto(bytes)).image, 1, 1)).toEqual([255, 255, 255]);
});

test('photo: a huge picture is scaled to the stated limit, its focal length with it', async () => {
  const bytes = await sharp({ create: { width: 6000, height: 3000, channels: 3, background: '#456' } })
    .withExif({ IFD2: { FocalLengthIn35mmFilm: '50' } })
    .jpeg()
    .toBuffer();
  const { image, focal } = await decodePhoto(bytes);
  expect(image).toMatchObject({ width: LARGEST_SIDE, height: LARGEST_SIDE / 2 });
  // 50 mm on a diagonal of 43.27 mm, on a picture with a diagonal of 4579.5 pixels.
  expect(focal).toBeCloseTo((50 / 43.2666) * Math.hypot(4096, 2048), 0);
});

test('focal: follows from the sensor when the film value is missing, and scales with the picture', async () => {
  const exifOf = async (resolution: string) => {
    const tags = { FocalLength: '85/1', FocalPlaneXResolution: resolution, FocalPlaneResolutionUnit: '2' };
    const picture = sharp({ create: { width: 300, height: 200, channels: 3, background: '#456' } });
    const bytes = await picture.withExif({ IFD2: tags }).jpeg().toBuffer();
    return (await sharp(bytes).metadata()).exif;
  };
  // 85 mm at 400 px an inch.
  const exif = await exifOf('400/1');
  expect(focalPixels(exif, 300, 200)).toBeCloseTo((85 * 400) / 25.4, 1);
  expect(focalPixels(exif, 100, 150)).toBeCloseTo((85 * 400) / 25.4 / 2, 1);
  // 85 mm at 20,000 px an inch on 300 pixels: no lens is that long.
  expect(focalPixels(await exifOf('20000/1'), 300, 200)).toBeUndefined();
  expect(focalPixels(Buffer.from('Exif\0\0nonsense'), 300, 200)).toBeUndefined();
});

test('photo: bad input gets one sentence', async () => {
  const jpeg = await sharp(await readFile(ASTRONAUT))
    .jpeg()
    .toBuffer();
  const png = await readFile(ASTRONAUT);
  const fails = async (bytes: Uint8Array) => {
    const error = await decodePhoto(bytes, 'x.jpg').then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error).toMatchObject({ name: 'GanfitError', code: 'input' });
    expect(error?.message).not.toContain('\n');
    return error?.message;
  };
  expect(await fails(jpeg.subarray(0, jpeg.length / 2))).toMatch(/whole picture.*truncated jpeg/);
  expect(await fails(png.subarray(0, png.length / 2))).toMatch(/whole picture.*truncated png/);
  expect(await fails(Buffer.from('This is a text, not a picture.'))).toMatch(/must be a picture/);
  expect(await fails(new Uint8Array())).toMatch(/empty file/);
  expect(await fails(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'))).toMatch(/HEIC/);
  await expect(readPhoto('/no/such/file.jpg')).rejects.toThrow(/no such file/);
  await expect(readPhoto(import.meta.dirname)).rejects.toThrow(/a folder/);
});
