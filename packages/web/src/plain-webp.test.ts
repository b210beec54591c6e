import sharp from 'sharp';
import { expect, test } from 'vitest';
import { plainWebp } from './plain-webp.ts';

const blank = sharp({ create: { width: 33, height: 17, channels: 3, background: '#b08060' } });

test('the profile goes, the picture stays', async () => {
  const bytes = new Uint8Array(await blank.clone().withIccProfile('srgb').webp({ quality: 84 }).toBuffer());
  expect((await sharp(bytes).metadata()).icc).toBeDefined();
  const plain = plainWebp(bytes);
  expect(plain.length).toBeLessThan(bytes.length);
  const { format, width, height, icc } = await sharp(plain).metadata();
  expect({ format, width, height, icc }).toEqual({ format: 'webp', width: 33, height: 17, icc: undefined });
  expect(await sharp(plain).raw().toBuffer()).toEqual(await sharp(bytes).raw().toBuffer());
  expect(plainWebp(plain)).toEqual(plain);
});

test('anything else comes back as it is', async () => {
  const png = new Uint8Array(await blank.clone().png().toBuffer());
  expect(plainWebp(png)).toBe(png);
  const empty = new Uint8Array(0);
  expect(plainWebp(empty)).toBe(empty);
});
