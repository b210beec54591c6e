import type { Image } from './image.ts';

/**
 * Half as wide and half as high, each pixel the mean of four. An odd last row or column is dropped, so that coordinates
 * halve exactly: the point (x, y) lies at (x / 2, y / 2).
 */
export function halve(image: Image): Image {
  const { channels, data } = image;
  const [width, height] = [Math.max(1, image.width >> 1), Math.max(1, image.height >> 1)];
  const half = new Uint8Array(width * height * channels);
  const right = image.width > 1 ? channels : 0;
  const down = image.height > 1 ? image.width * channels : 0;
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let from = (2 * y * image.width + 2 * x) * channels;
      for (let c = 0; c < channels; c++, from++) {
        half[at++] =
          (data[from] + data[from + right] + data[from + down] + data[from + right + down] + 2) >> 2;
      }
    }
  }
  return { width, height, channels, data: half };
}
