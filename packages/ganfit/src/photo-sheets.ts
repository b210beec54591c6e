import { previewSheet } from '@ganfit/core/asset';
import type { Image } from '@ganfit/core/image';
import type { Observation } from '@ganfit/core/networks';
import { stackImages } from './evaluate/stack-images.ts';
import type { Kit } from './kit.ts';
import { type ManyPhotos, photoHead } from './photo-head.ts';

/** A preview for every photo, one below the other. */
export function photoSheets(
  observations: readonly Observation[],
  result: ManyPhotos,
  kit: Pick<Kit, 'model'>,
): Image {
  return stackImages(
    observations.map((observation, p) => {
      const { parameters, posed } = photoHead(result, p, kit.model);
      return previewSheet(observation.image, posed, parameters.photos[0], kit.model, { tile: 320 });
    }),
  );
}
