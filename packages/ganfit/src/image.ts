import { readFile } from 'node:fs/promises';
import { GanfitError } from '@ganfit/core/error';
import type { Image } from '@ganfit/core/image';
import sharp, { type Metadata } from 'sharp';
import { focalPixels } from './focal.ts';

/** The longer side of a photo after decoding, pixels; larger photos are scaled down to it. */
export const LARGEST_SIDE = 4096;

/** A photo as the rest of the program wants it. */
export interface Photo {
  /** Upright, RGB, sRGB. */
  readonly image: Image;
  /** Focal length in pixels of `image`, when the file says it. */
  readonly focal?: number;
}

/** Decoded pictures beyond this are refused: they would fill the memory. */
const MOST_PIXELS = 400e6;

/**
 * Reads a photo of any usual kind: turned as its EXIF orientation says, grayscale, 16-bit, CMYK and wide-gamut pictures
 * as sRGB bytes, transparent parts over white, at most `LARGEST_SIDE` pixels.
 *
 * @throws GanfitError `input` with one sentence for a missing file, something that is no picture or a broken one.
 */
export async function readPhoto(path: string): Promise<Photo> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const got = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'a folder' : (code ?? 'an error');
    throw new GanfitError('input', `photo: ${path} must be a file that can be read, got ${got}.`, { cause });
  }
  return decodePhoto(bytes, path);
}

/** The same for bytes that are already here; `name` appears in errors. */
export async function decodePhoto(bytes: Uint8Array, name = 'the picture'): Promise<Photo> {
  if (bytes.length === 0) throw notAPicture(name, 'an empty file');
  if (isHeic(bytes))
    throw notAPicture(name, 'HEIC, which this program cannot read', 'Save it as JPEG or PNG.');
  // 'error' lets the many files pass that are merely written carelessly, and stops at truncated ones.
  const options = { failOn: 'error', limitInputPixels: MOST_PIXELS } as const;
  let metadata: Metadata;
  try {
    metadata = await sharp(bytes, options).metadata();
  } catch (cause) {
    const tooLarge = /pixel limit/.test(String(cause));
    throw tooLarge
      ? notAPicture(name, `more than ${MOST_PIXELS / 1e6} million pixels`, 'Make it smaller.', cause)
      : notAPicture(name, 'a file of another kind', undefined, cause);
  }
  try {
    const { data, info } = await sharp(bytes, options)
      .rotate()
      .resize(LARGEST_SIDE, LARGEST_SIDE, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const image = rgb(info.width, info.height, info.channels, data);
    return { image, focal: focalPixels(metadata.exif, image.width, image.height) };
  } catch (cause) {
    const reason = String((cause as Error).message).split('\n')[0];
    throw new GanfitError(
      'input',
      `photo: ${name} must be a whole picture, got a damaged or truncated ${metadata.format ?? 'file'} (${reason}). ` +
        'Copy or download it again.',
      { cause },
    );
  }
}

function rgb(width: number, height: number, channels: number, data: Uint8Array): Image {
  if (channels === 3) return { width, height, channels, data: new Uint8Array(data) };
  const copy = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) copy[3 * i + c] = data[channels * i + (channels > 2 ? c : 0)];
  }
  return { width, height, channels: 3, data: copy };
}

function isHeic(bytes: Uint8Array): boolean {
  const box = String.fromCharCode(...bytes.subarray(4, 12));
  return /^ftyp(hei[cxms]|hev[cx]|mif1|msf1)$/.test(box);
}

function notAPicture(
  name: string,
  got: string,
  advice = 'Give a JPEG, PNG, WebP, TIFF, AVIF or GIF.',
  cause?: unknown,
) {
  return new GanfitError('input', `photo: ${name} must be a picture, got ${got}. ${advice}`, { cause });
}
