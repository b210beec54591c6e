import type { FloatImage } from '../image/image.ts';

/** A linear picture and its halves, quarters …; level 0 is the picture itself. */
export type PhotoPyramid = readonly FloatImage[];

/**
 * Builds the averages that sampling at any scale needs.
 *
 * @param image Linear values, `[H, W, C]`.
 */
export function photoPyramid(image: FloatImage): PhotoPyramid {
  const levels = [image];
  for (let last = image; last.width > 1 && last.height > 1; ) {
    last = halve(last);
    levels.push(last);
  }
  return levels;
}

function halve(image: FloatImage): FloatImage {
  const { channels } = image;
  const [width, height] = [image.width >> 1, image.height >> 1];
  const data = new Float32Array(width * height * channels);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const i = (2 * row * image.width + 2 * column) * channels;
      const j = i + image.width * channels;
      for (let k = 0; k < channels; k++) {
        data[(row * width + column) * channels + k] =
          (image.data[i + k] +
            image.data[i + channels + k] +
            image.data[j + k] +
            image.data[j + channels + k]) /
          4;
      }
    }
  }
  return { width, height, channels, data };
}

/**
 * Looks the picture up between pixels and between levels (trilinear, Williams 1983), clamped at the border.
 *
 * @param pyramid The picture.
 * @param x Pixels of level 0 from the left; pixel centres are at + 0.5.
 * @param y Pixels from the top.
 * @param level 0 is the full picture, 1 its half …, clamped to what exists.
 * @param out Receives C values from `offset` on.
 */
export function samplePyramid(
  pyramid: PhotoPyramid,
  x: number,
  y: number,
  level: number,
  out: Float32Array,
  offset: number,
): void {
  const clamped = Math.min(Math.max(level, 0), pyramid.length - 1);
  const fine = Math.min(Math.floor(clamped), pyramid.length - 1);
  const share = clamped - fine;
  for (let k = 0; k < pyramid[0].channels; k++) out[offset + k] = 0;
  addBilinear(pyramid[fine], x / 2 ** fine, y / 2 ** fine, 1 - share, out, offset);
  if (share > 0) addBilinear(pyramid[fine + 1], x / 2 ** (fine + 1), y / 2 ** (fine + 1), share, out, offset);
}

function addBilinear(
  { width, height, channels, data }: FloatImage,
  x: number,
  y: number,
  weight: number,
  out: Float32Array,
  offset: number,
): void {
  const column = Math.min(Math.max(x - 0.5, 0), width - 1);
  const row = Math.min(Math.max(y - 0.5, 0), height - 1);
  const left = Math.floor(column);
  const top = Math.floor(row);
  const [s, t] = [column - left, row - top];
  const right = Math.min(left + 1, width - 1);
  const bottom = Math.min(top + 1, height - 1);
  const i = (top * width + left) * channels;
  const j = (top * width + right) * channels;
  const m = (bottom * width + left) * channels;
  const n = (bottom * width + right) * channels;
  for (let k = 0; k < channels; k++) {
    const upper = data[i + k] + s * (data[j + k] - data[i + k]);
    const lower = data[m + k] + s * (data[n + k] - data[m + k]);
    out[offset + k] += weight * (upper + t * (lower - upper));
  }
}
