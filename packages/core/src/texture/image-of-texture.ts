import { linearToBytes } from '../image/color.ts';
import type { Image } from '../image/image.ts';

/**
 * Gives a texture as a picture that can be stored.
 *
 * @param color Linear RGB, `[S, S, 3]`.
 * @param size S.
 */
export function imageOfTexture(color: Float32Array, size: number): Image {
  return { width: size, height: size, channels: 3, data: linearToBytes(color) };
}
