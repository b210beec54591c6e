import { GanfitError } from '../error.ts';
import type { AlignmentPoints } from '../fit/alignment-points.ts';
import type { FitParameters } from '../fit/parameters.ts';
import type { Observation } from '../networks/observation.ts';
import type { TextureModel } from '../texture/model.ts';

/**
 * Makes sure that an earlier fit is one of these photos by these models, so that stage B may go on from it.
 *
 * @param start As `readFaceJson` gives it.
 * @param texture The texture model of this fit; without one an earlier latent is dropped.
 * @throws GanfitError `input` naming what differs.
 */
export function startParameters(
  start: FitParameters,
  observations: readonly Observation[],
  points: AlignmentPoints,
  texture: TextureModel | undefined,
): FitParameters {
  const { identity, texture: latent, photos } = start;
  must('photos', observations.length, photos.length);
  must('numbers of identity', points.identityCount, identity.length);
  photos.forEach(({ expression, camera }, p) => {
    const { width, height } = observations[p].image;
    must('numbers of expression', points.expressionCount, expression.length);
    must(`pixels in photo ${p + 1}`, `${width} x ${height}`, `${camera.width} x ${camera.height}`);
  });
  if (!latent || !texture) return { identity, photos };
  must('numbers of texture', texture.latentSize, latent.length);
  return start;
}

function must(what: string, wanted: number | string, got: number | string): void {
  if (wanted === got) return;
  throw new GanfitError(
    'input',
    `reconstruct: the earlier fit must hold ${wanted} ${what}, got ${got}. Is it a fit of the same photo with the same models?`,
  );
}
