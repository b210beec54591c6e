import { landmarkError } from '@ganfit/core/asset';
import { alignmentPoints, projectLandmarks } from '@ganfit/core/fit';
import type { Observation } from '@ganfit/core/networks';
import type { Kit } from '../kit.ts';
import { type ManyPhotos, photoHead } from '../photo-head.ts';
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
  result: ManyPhotos,
  kit: Kit,
): Promise<PhotoComparison[]> {
  const points = alignmentPoints(kit.model);
  const list: PhotoComparison[] = [];
  for (const [p, observation] of observations.entries()) {
    const shown = photoHead(result, p, kit.model);
    const head = await describeHead(observation, shown, kit);
    const real = await describe(kit, observation.image, observation.landmarks);
    const projected = projectLandmarks(points, shown.parameters.photos[0], shown.parameters.identity);
    list.push({
      landmarkError: landmarkError(projected, observation.landmarks),
      ...compare(head.alone, real),
    });
  }
  return list;
}
