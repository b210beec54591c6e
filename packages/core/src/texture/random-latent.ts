import type { RandomStream } from '../random/index.ts';
import type { TextureModel } from './model.ts';
import { colorLatent } from './skin-colors.ts';

/**
 * The latent of a random person: N(0, 1) in each number, but for the mean color of the face, which is drawn from those that people
 * have, where the model knows them.
 *
 * @param spread Deviation of the numbers; less makes people more usual. Default 1.
 * @returns `[latentSize]`.
 */
export function randomLatent(
  { latentSize, skinColors }: Pick<TextureModel, 'latentSize' | 'skinColors'>,
  random: RandomStream,
  spread = 1,
): Float32Array {
  const latent = Float32Array.from({ length: latentSize }, () => random.normal());
  if (skinColors) colorLatent(skinColors, latent, random);
  return spread === 1 ? latent : latent.map((value) => spread * value);
}
