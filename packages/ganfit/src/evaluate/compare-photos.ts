import { assembleHead, landmarkError, type Reconstruction } from '@ganfit/core/asset';
import { alignmentPoints, projectLandmarks } from '@ganfit/core/fit';
import type { Observation } from '@ganfit/core/networks';
import type { Kit } from '../kit.ts';
import { compare, describe, describeHead } from './compare-likeness.ts';

/** How well one head shows the person of one of its photos. */
export interface PhotoComparison {
  /** Share of the outer-eye distance. */
  readonly landmarkError: number;
  readonly judge: number;
  readonly cosine: number;
}

/** Compares one head with every photo that it was fitted to, each with that photo's expression, camera and light. */
export async function comparePhotos(
  observations: readonly Observation[],
  result: Pick<Reconstruction, 'parameters' | 'textures'>,
  kit: Kit,
): Promise<PhotoComparison[]> {
  const { parameters, textures } = result;
  const points = alignmentPoints(kit.model);
  const list: PhotoComparison[] = [];
  for (const [p, observation] of observations.entries()) {
    const own = { ...parameters, photos: [parameters.photos[p]] };
    const posed = assembleHead(own, kit.model, textures, { expression: 'photo', morphs: false });
    const head = await describeHead(observation, { parameters: own, posed }, kit);
    const real = await describe(kit, observation.image, observation.landmarks);
    const projected = projectLandmarks(points, own.photos[0], parameters.identity);
    list.push({
      landmarkError: landmarkError(projected, observation.landmarks),
      ...compare(head.alone, real),
    });
  }
  return list;
}
