import { applySimilarity, type Similarity } from '../image/index.ts';

/** Which part of a photo shows the skin of a face, and not a hand, hair or glasses before it. */
export interface SkinMask {
  /** Pixels across and down the mask. */
  readonly side: number;
  /** From pixels of the photo to pixels of the mask, both with pixel centers at + 0.5. */
  readonly fromPhoto: Similarity;
  /** 0 something else ... 1 skin of the face, `[side, side]`. */
  readonly values: Float32Array;
}

/**
 * How far a photo shows the face's skin at a place. Beyond the mask its edge goes on.
 *
 * @returns A function from pixels of the photo, centers at + 0.5, to 0 ... 1.
 */
export function skinAt({ side, fromPhoto, values }: SkinMask): (x: number, y: number) => number {
  const inside = (value: number): number => Math.min(Math.max(value, 0), side - 1);
  return (x, y) => {
    const [u, v] = applySimilarity(fromPhoto, x, y).map((value) => inside(value - 0.5));
    const [left, top] = [Math.floor(u), Math.floor(v)];
    const [right, bottom] = [Math.min(left + 1, side - 1), Math.min(top + 1, side - 1)];
    const [s, t] = [u - left, v - top];
    const row = (y: number): number => (1 - s) * values[y * side + left] + s * values[y * side + right];
    return (1 - t) * row(top) + t * row(bottom);
  };
}

/**
 * Takes a rim off the mask: the least value within a square of so many pixels to all sides. Networks draw borders a little off, and
 * what lies before a face shades the skin beside it.
 *
 * @param values `[side, side]`.
 */
export function withoutRim(values: Float32Array, side: number, pixels: number): Float32Array {
  const least = (from: Float32Array, stride: number, along: number): Float32Array =>
    from.map((_, i) => {
      const at = Math.floor(i / along) % side;
      let value = 1;
      for (let k = Math.max(-at, -pixels); k <= Math.min(side - 1 - at, pixels); k++) {
        value = Math.min(value, from[i + k * stride]);
      }
      return value;
    });
  return least(least(values, 1, 1), side, side);
}
