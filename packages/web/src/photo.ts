import { GanfitError } from '@ganfit/core/error';
import { focalFromLens, type Image } from '@ganfit/core/image';
import { readLensTags } from './lens-tags.ts';

/** The longer side of a photo after decoding, pixels; larger photos are scaled down to it. As on the command line. */
export const LARGEST_SIDE = 4096;

/** How much of a file is looked through for the lens. */
const HEAD_BYTES = 1 << 18;

/** A photo as the rest of the program wants it. */
export interface Photo {
  /** Upright, RGB, sRGB. */
  readonly image: Image;
  /** Focal length in pixels of `image`, when the file says it. */
  readonly focal?: number;
}

/**
 * Decodes a photo with the browser's own decoders: turned as its EXIF orientation says, transparent parts over white, at
 * most `LARGEST_SIDE` pixels.
 *
 * @param name Appears in errors.
 * @throws GanfitError `input` with one sentence for something that is no picture or is more than this browser can decode.
 */
export async function decodePhoto(file: Blob, name = 'the picture'): Promise<Photo> {
  if (file.size === 0) throw notAPicture(name, 'an empty file');
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, {
      imageOrientation: 'from-image',
      colorSpaceConversion: 'default',
    });
  } catch (cause) {
    if (isHeic(head)) {
      throw notAPicture(name, 'HEIC, which this browser cannot read', 'Save it as JPEG or PNG.', cause);
    }
    throw notAPicture(name, 'a file of another kind or a damaged one', undefined, cause);
  }
  try {
    const image = pixelsOf(bitmap, name);
    return { image, focal: focalFromLens(readLensTags(head), image.width, image.height) };
  } finally {
    bitmap.close();
  }
}

/** Scaled, on white, without alpha. */
function pixelsOf(bitmap: ImageBitmap, name: string): Image {
  const scale = Math.min(1, LARGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) {
    throw notAPicture(name, `${bitmap.width} x ${bitmap.height} pixels`, 'Make it smaller.');
  }
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  const { data: rgba } = context.getImageData(0, 0, width, height);
  const data = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    data[to] = rgba[from];
    data[to + 1] = rgba[from + 1];
    data[to + 2] = rgba[from + 2];
  }
  return { width, height, channels: 3, data };
}

function isHeic(bytes: Uint8Array): boolean {
  return /^ftyp(hei[cxms]|hev[cx]|mif1|msf1)$/.test(String.fromCharCode(...bytes.subarray(4, 12)));
}

function notAPicture(
  name: string,
  got: string,
  advice = 'Give a JPEG, PNG, WebP, AVIF or GIF.',
  cause?: unknown,
): GanfitError {
  return new GanfitError('input', `photo: ${name} must be a picture, got ${got}. ${advice}`, { cause });
}
