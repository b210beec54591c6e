import type { FloatImage, Image } from './image.ts';
import { applySimilarity, type Similarity } from './similarity.ts';

export interface WarpOptions {
  /** What lies outside the picture: black, or its nearest edge pixel. Default `zero`, as face networks were trained. */
  readonly border?: 'zero' | 'edge';
  /** Height of a pixel of the result over its width, before `toImage` acts. Default 1. */
  readonly stretch?: number;
}

/** Samples of one pixel per axis; a map that shrinks more than that is a mistake and shall not take minutes. */
const MOST_TAPS = 32;

/**
 * Cuts a rectangle out of a picture through a similarity: bilinear samples, several per pixel when the picture shrinks,
 * so that nothing flickers.
 *
 * @param image The picture; alpha is ignored.
 * @param toImage From coordinates of the result to coordinates of the picture, both with pixel centers at + 0.5.
 * @param width Pixels across the result.
 * @param height Pixels down the result.
 * @returns Three channels, sRGB in [0, 1], as the networks see it.
 */
export function warp(
  image: Image,
  toImage: Similarity,
  width: number,
  height: number,
  options: WarpOptions = {},
): FloatImage {
  const { border = 'zero', stretch = 1 } = options;
  // As many samples as the footprint of a pixel covers in the picture, within reason.
  const scale = Math.hypot(toImage.a, toImage.b);
  const across = Math.min(Math.max(1, Math.round(scale)), MOST_TAPS);
  const down = Math.min(Math.max(1, Math.round(scale * stretch)), MOST_TAPS);
  const data = new Float32Array(width * height * 3);
  const weight = 1 / (255 * across * down);
  const sample = sampler(image, border);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 3 * (y * width + x);
      for (let j = 0; j < down; j++) {
        const row = stretch * (y + (j + 0.5) / down);
        for (let i = 0; i < across; i++) {
          const [u, v] = applySimilarity(toImage, x + (i + 0.5) / across, row);
          sample(u - 0.5, v - 0.5, weight, data, at);
        }
      }
    }
  }
  return { width, height, channels: 3, data };
}

/** Adds `weight` times the bilinear sample at (x, y), pixel centers at whole numbers, to three values of `into`. */
function sampler(image: Image, border: 'zero' | 'edge') {
  const { width, height, channels, data } = image;
  const green = channels === 1 ? 0 : 1;
  const blue = channels === 1 ? 0 : 2;
  const corner = (column: number, row: number, weight: number, into: Float32Array, at: number) => {
    if (weight === 0) return;
    let x = column;
    let y = row;
    if (x < 0 || y < 0 || x >= width || y >= height) {
      if (border === 'zero') return;
      x = Math.min(Math.max(x, 0), width - 1);
      y = Math.min(Math.max(y, 0), height - 1);
    }
    const pixel = (y * width + x) * channels;
    into[at] += weight * data[pixel];
    into[at + 1] += weight * data[pixel + green];
    into[at + 2] += weight * data[pixel + blue];
  };
  return (x: number, y: number, weight: number, into: Float32Array, at: number) => {
    const left = Math.floor(x);
    const top = Math.floor(y);
    const fx = x - left;
    const fy = y - top;
    corner(left, top, weight * (1 - fx) * (1 - fy), into, at);
    corner(left + 1, top, weight * fx * (1 - fy), into, at);
    corner(left, top + 1, weight * (1 - fx) * fy, into, at);
    corner(left + 1, top + 1, weight * fx * fy, into, at);
  };
}
