import { GanfitError } from '@ganfit/core/error';
import type { Image } from '@ganfit/core/image';

/**
 * Pictures one below the other.
 *
 * @param images RGB, all of one width, at least one.
 * @throws GanfitError `input` when widths differ.
 */
export function stackImages(images: readonly Image[]): Image {
  const width = images[0]?.width ?? 0;
  if (width === 0 || images.some((image) => image.width !== width || image.channels !== 3)) {
    throw new GanfitError('input', 'stackImages: there must be RGB pictures of one width, got others.');
  }
  const height = images.reduce((sum, image) => sum + image.height, 0);
  const data = new Uint8Array(3 * width * height);
  let at = 0;
  for (const image of images) {
    data.set(image.data, at);
    at += image.data.length;
  }
  return { width, height, channels: 3, data };
}

/**
 * Pictures side by side.
 *
 * @param images RGB, all of one height, at least one.
 * @throws GanfitError `input` when heights differ.
 */
export function joinImages(images: readonly Image[]): Image {
  const height = images[0]?.height ?? 0;
  if (height === 0 || images.some((image) => image.height !== height || image.channels !== 3)) {
    throw new GanfitError('input', 'joinImages: there must be RGB pictures of one height, got others.');
  }
  const width = images.reduce((sum, image) => sum + image.width, 0);
  const data = new Uint8Array(3 * width * height);
  let left = 0;
  for (const image of images) {
    const row = 3 * image.width;
    for (let y = 0; y < height; y++)
      data.set(image.data.subarray(y * row, (y + 1) * row), 3 * (y * width + left));
    left += image.width;
  }
  return { width, height, channels: 3, data };
}
