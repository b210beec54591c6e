import { type Reconstruction, renderLikeness } from '@ganfit/core/asset';
import { meanOf, studioCamera, studioLamp } from '@ganfit/core/evaluate';
import { alignmentPoints, projectLandmarks } from '@ganfit/core/fit';
import type { Kit } from '../kit.ts';
import { compare, describe, type Portrait } from './compare-likeness.ts';

/** Where the cameras stand, degrees to the subject's left. */
const YAWS = [-30, 0, 30] as const;

/**
 * A finished head as no photo of it was: at rest, in even light, from the front and from 30 degrees to either side. What a fit hides in
 * a photo's pose, expression or light does not help it here; the random view of the paper's Eq. 7 is there for such pictures.
 *
 * @param result Its head must be at rest, as `reconstruct` makes it unless told otherwise.
 */
async function describeInStudio(
  { parameters, head }: Pick<Reconstruction, 'parameters' | 'head'>,
  kit: Kit,
): Promise<Portrait[]> {
  const expression = new Float32Array(parameters.photos[0].expression.length);
  const points = alignmentPoints(kit.model);
  const portraits: Portrait[] = [];
  for (const yaw of YAWS) {
    const view = { lens: 50, yaw, light: 'even' } as const;
    const camera = studioCamera(view, SIDE);
    const landmarks = projectLandmarks(points, { expression, camera }, parameters.identity);
    const shown = renderLikeness(head, camera, landmarks, { light: studioLamp(view) });
    portraits.push(await describe(kit, shown.image, shown.landmarks));
  }
  return portraits;
}

/** Pixels across the photograph that the window is cut from: it is rendered, so none are lost. */
const SIDE = 1024;

/** How the head in the studio compares with a photo, means over its pictures. */
export async function compareInStudio(
  result: Pick<Reconstruction, 'parameters' | 'head'>,
  photo: Portrait,
  kit: Kit,
): Promise<{ readonly judge: number; readonly cosine: number }> {
  const found = (await describeInStudio(result, kit)).map((portrait) => compare(portrait, photo));
  return {
    judge: meanOf(found.map(({ judge }) => judge)),
    cosine: meanOf(found.map(({ cosine }) => cosine)),
  };
}
