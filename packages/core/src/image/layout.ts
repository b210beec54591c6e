import type { FloatImage } from './image.ts';

/** How a network wants its colors: order of the channels, and `(255 value - mean) / divisor`. */
export interface ChannelRecipe {
  readonly order: 'RGB' | 'BGR';
  /** One number or one for each channel in `order`, in 0 to 255. */
  readonly mean: number | readonly [number, number, number];
  readonly divisor: number;
}

/**
 * A picture as the input of a network.
 *
 * @param image Three channels, sRGB in [0, 1].
 * @returns `[3, H, W]`, planes in the recipe's order.
 */
export function toPlanes(image: FloatImage, recipe: ChannelRecipe): Float32Array {
  const size = image.width * image.height;
  const planes = new Float32Array(3 * size);
  const { mean, divisor } = recipe;
  for (let plane = 0; plane < 3; plane++) {
    const channel = recipe.order === 'RGB' ? plane : 2 - plane;
    const offset = typeof mean === 'number' ? mean : mean[plane];
    for (let i = 0; i < size; i++) {
      planes[plane * size + i] = (255 * image.data[3 * i + channel] - offset) / divisor;
    }
  }
  return planes;
}
