import type { Image } from '@ganfit/core/image';
import { bytesToLinear, linearToBytes } from '@ganfit/core/image';
import type { Observation } from '@ganfit/core/networks';
import type { CompletedTexture, UnwrappedTexture } from '@ganfit/core/texture';
import sharp from 'sharp';
import { writeWholeFile } from '../texture/whole-file.ts';

/** Colors and confidence of an unwrapped photo as one RGBA picture: 8 bits of sRGB are what the photo had. */
export async function writeRaw(path: string, { size, color, confidence }: UnwrappedTexture): Promise<void> {
  const rgb = linearToBytes(color);
  const rgba = new Uint8Array(4 * size * size);
  for (let i = 0; i < size * size; i++) {
    for (let k = 0; k < 3; k++) rgba[4 * i + k] = rgb[3 * i + k];
    rgba[4 * i + 3] = Math.round(255 * confidence[i]);
  }
  const raw = { width: size, height: size, channels: 4 } as const;
  await writeWholeFile(path, await sharp(rgba, { raw }).png({ compressionLevel: 2 }).toBuffer());
}

/** And back. */
export async function readRaw(path: string): Promise<UnwrappedTexture> {
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
  const size = info.width;
  const linear = bytesToLinear(data);
  const color = new Float32Array(3 * size * size);
  const confidence = new Float32Array(size * size);
  for (let i = 0; i < size * size; i++) {
    confidence[i] = data[4 * i + 3] / 255;
    for (let k = 0; k < 3; k++) color[3 * i + k] = linear[4 * i + k];
  }
  return { size, color, confidence };
}

/** A texture, sRGB. */
export async function writeTexture(path: string, { data, width, height }: Image): Promise<void> {
  const raw = { width, height, channels: 3 } as const;
  const bytes = await sharp(data, { raw }).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
  await writeWholeFile(path, bytes);
}

/** Steps of a stored confidence: so few that the file stays small. */
const STEP = 17;

/** What each texel rests on: red seen, green mirrored, blue invented, in steps of 17; they sum to 255. */
export async function writeConfidence(
  path: string,
  { size, seen, mirrored }: CompletedTexture,
): Promise<void> {
  const rgb = new Uint8Array(3 * size * size);
  for (let i = 0; i < size * size; i++) {
    rgb[3 * i] = STEP * Math.round((255 / STEP) * seen[i]);
    rgb[3 * i + 1] = Math.min(255 - rgb[3 * i], STEP * Math.round((255 / STEP) * mirrored[i]));
    rgb[3 * i + 2] = 255 - rgb[3 * i] - rgb[3 * i + 1];
  }
  const raw = { width: size, height: size, channels: 3 } as const;
  await writeWholeFile(path, await sharp(rgb, { raw }).png({ compressionLevel: 9 }).toBuffer());
}

/** Edge of a small picture on a contact sheet. */
export const THUMB = 160;

/** The face in the photo, small. */
export async function writeThumb(path: string, { image, box }: Observation): Promise<void> {
  const { width, height, data } = image;
  const edge = Math.min(width, height, Math.round(1.6 * Math.max(box.width, box.height)));
  const clamp = (value: number, most: number): number => Math.max(0, Math.min(most, Math.round(value)));
  const left = clamp(box.x + box.width / 2 - edge / 2, width - edge);
  const top = clamp(box.y + box.height / 2 - edge / 2, height - edge);
  const bytes = await sharp(data, { raw: { width, height, channels: image.channels } })
    .extract({ left, top, width: edge, height: edge })
    .resize(THUMB, THUMB)
    .jpeg()
    .toBuffer();
  await writeWholeFile(path, bytes);
}
