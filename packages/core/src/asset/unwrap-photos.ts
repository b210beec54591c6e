import type { AlignmentPoints } from '../fit/alignment-points.ts';
import type { FitParameters } from '../fit/parameters.ts';
import { projectLandmarks } from '../fit/project-landmarks.ts';
import type { Observation } from '../networks/observation.ts';
import { skinAt } from '../networks/skin-mask.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { outsideOpenings } from '../texture/dataset/openings.ts';
import { mergeUnwrapped } from '../texture/merge-unwrapped.ts';
import { type UnwrappedTexture, unwrap } from '../texture/unwrap.ts';
import { eyeLift, poseEyes } from './eye-pose.ts';

/**
 * Unwraps every photo of one person with its own pose and merges what they show, by confidence; the first photo's light
 * and, where photos are equally good, its skin prevail.
 *
 * @param parameters One record of `photos` per observation.
 * @param size Texels across and down.
 */
export function unwrapPhotos(
  observations: readonly Observation[],
  parameters: FitParameters,
  model: ShapeModel,
  points: AlignmentPoints,
  size?: number,
): UnwrappedTexture {
  const lift = eyeLift(model, evaluateShape(model, parameters.identity));
  const parts = observations.map((observation, p) => {
    const pose = parameters.photos[p];
    const projected = projectLandmarks(points, pose, parameters.identity);
    const vertices = evaluateShape(model, parameters.identity, pose.expression);
    // Lids where the photo shows them: what lies under them is not skin.
    poseEyes(model, vertices, lift, pose.eyes);
    const { skin } = observation;
    const [openings, shown] = [outsideOpenings(observation.landmarks), skin && skinAt(skin)];
    return unwrap(observation.image, pose.camera, vertices, model, {
      size,
      landmarks: { projected, detected: observation.landmarks },
      trust: shown ? (x, y) => openings(x, y) * shown(x, y) : openings,
    });
  });
  return mergeUnwrapped(parts, model);
}
