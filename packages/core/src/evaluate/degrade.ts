import type { Image } from '../image/image.ts';
import { warp } from '../image/warp.ts';

/** The photo without its colours: luma of ITU-R BT.601 in all three channels. */
export function withoutColor({ width, height, channels, data }: Image): Image {
  const grey = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    const at = channels * i;
    const luma = channels === 1 ? data[at] : 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
    grey.fill(Math.round(luma), 3 * i, 3 * i + 3);
  }
  return { width, height, channels: 3, data: grey };
}

/**
 * The photo as if its face had been taken with few pixels: made smaller until the face has `pixels`, then as large as before.
 *
 * @param faceSize Size of the face in the photo, pixels.
 * @param pixels Size of the face in the small picture, pixels; the photo comes back as it is when it has no more.
 */
export function withFewPixels(photo: Image, faceSize: number, pixels: number): Image {
  const factor = faceSize / pixels;
  if (factor <= 1) return photo;
  const [width, height] = [photo.width, photo.height].map((side) => Math.max(1, Math.round(side / factor)));
  const small = bytes(warp(photo, { a: photo.width / width, b: 0, x0: 0, y0: 0 }, width, height));
  return bytes(
    warp(small, { a: width / photo.width, b: 0, x0: 0, y0: 0 }, photo.width, photo.height, {
      border: 'edge',
    }),
  );
}

function bytes({ width, height, data }: { width: number; height: number; data: Float32Array }): Image {
  return { width, height, channels: 3, data: Uint8Array.from(data, (value) => Math.round(255 * value)) };
}
