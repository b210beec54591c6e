import type { ShapeModel } from '@ganfit/core/shape';
import {
  halfBasis,
  learnSkinColors,
  projectTexture,
  type SkinColors,
  type TexturePca,
  type WeightedTextures,
} from '@ganfit/core/texture';
import { faceTexels } from './texture-look.ts';

/**
 * Which mean colors of the face people have, in the latents of a linear model.
 *
 * @param latents Of people, N times `[K]`.
 * @returns Nothing when there are too few people.
 */
export function peopleColors(
  pca: TexturePca,
  shape: ShapeModel,
  latents: readonly ArrayLike<number>[],
): SkinColors | undefined {
  const { resolution } = pca.levels[0];
  const half = resolution / 2;
  const basis = halfBasis(pca, resolution);
  const left = [...faceTexels(shape, resolution)].filter((texel) => texel % resolution < half);
  const colors = [0, 1, 2].map((c) =>
    Float64Array.from(pca.parities, (parity, k) => {
      // One side's gain is the other one's loss.
      if (parity !== 1) return 0;
      const plane = (3 * k + c) * resolution * half;
      const sum = left.reduce(
        (total, texel) => total + basis[plane + Math.floor(texel / resolution) * half + (texel % resolution)],
        0,
      );
      return sum / left.length;
    }),
  );
  return learnSkinColors(colors, latents);
}

/**
 * The latents of textures by a linear model.
 *
 * @param onDone Told how many of them are done.
 */
export function projectAll(
  pca: TexturePca,
  { size, maps, weights }: WeightedTextures,
  onDone: (count: number) => void,
): Float32Array[] {
  return maps.map((map, n) => {
    const texture = {
      size,
      color: Float32Array.from(map, (byte) => byte / 127.5 - 1),
      confidence: Float32Array.from(weights[n], (byte) => byte / 255),
    };
    // With a tenth of the prior, so that latents are spread nearly as widely as those of people.
    const latent = projectTexture(pca, texture, { prior: 0.1 });
    onDone(n + 1);
    return latent;
  });
}
