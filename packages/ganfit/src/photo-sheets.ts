import { assembleHead, previewSheet, type Reconstruction } from '@ganfit/core/asset';
import type { Image } from '@ganfit/core/image';
import type { Observation } from '@ganfit/core/networks';
import { stackImages } from './evaluate/stack-images.ts';
import type { Kit } from './kit.ts';

/** A preview for every photo, one below the other. */
export function photoSheets(
  observations: readonly Observation[],
  { parameters, textures }: Pick<Reconstruction, 'parameters' | 'textures'>,
  kit: Pick<Kit, 'model'>,
): Image {
  return stackImages(
    observations.map((observation, p) => {
      const own = { ...parameters, photos: [parameters.photos[p]] };
      const posed = assembleHead(own, kit.model, textures, { expression: 'photo', morphs: false });
      return previewSheet(observation.image, posed, own.photos[0], kit.model, { tile: 320 });
    }),
  );
}
