import { appearanceKit, estimateAppearance } from '../fit/albedo.ts';
import { align } from '../fit/align.ts';
import { alignmentPoints } from '../fit/alignment-points.ts';
import { explainedLight } from '../fit/explained-light.ts';
import type { FitParameters } from '../fit/parameters.ts';
import { type ShapePrior, standardShapePrior } from '../fit/shape-prior.ts';
import type { Observation } from '../networks/observation.ts';
import type { Light } from '../render/light.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import { assembleHead } from './assemble.ts';
import type { Head } from './head.ts';
import { measureEyes } from './measure-eyes.ts';
import type { Reconstruction, ReconstructionKit } from './reconstruct.ts';

/** What is needed of a result to place its head in another photo. */
export type PlacedHead = Pick<Reconstruction, 'parameters' | 'textures'> & {
  readonly head: Pick<Head, 'delit'>;
};

/** The shape is known: the prior leaves it so many standard deviations of the model. */
const KNOWN = 1e-3;

/**
 * Puts a finished head into a photo that need not be one of its fit: shape and skin stay what they are; pose and expression come from
 * the landmarks, lids and gaze from the picture, and the light is the one that explains the photo best on this skin.
 *
 * It is what compares heads fairly: a head is nobody's likeness for being shown in the pose, the expression and the light that were
 * fitted together with it, since what it lacks may hide in them.
 *
 * @param result As `reconstruct` gives it; which photos it was made of does not matter.
 * @param observation A photo of the same person.
 * @returns Parameters of this one photo, and the head as it would show it.
 * @throws GanfitError as `align` does.
 */
export async function placeHead(
  { parameters, textures, head }: PlacedHead,
  observation: Observation,
  { model, runtime, texture }: Pick<ReconstructionKit, 'model' | 'runtime' | 'texture'>,
): Promise<{ readonly parameters: FitParameters; readonly posed: Head }> {
  const { identity } = parameters;
  const points = alignmentPoints(model);
  const found = align(model, [observation], { points, prior: knownShape(identity) });
  const [{ camera, expression, light }] = found.parameters.photos;
  const posed: FitParameters = { ...parameters, photos: [{ camera, expression, light }] };
  const seen = appearanceKit(model, observation.image, observation.skin);
  const lit = async (): Promise<Light> => {
    if (texture && parameters.texture) {
      const [own] = await explainedLight(texture, parameters.texture, runtime, [seen], posed);
      return own;
    }
    const estimate = estimateAppearance(seen, camera, evaluateShape(model, identity, expression));
    return { kind: 'harmonics', coefficients: estimate.light };
  };
  const eyes = measureEyes(observation, posed, model, points);
  const placed: FitParameters = { ...posed, photos: [{ camera, expression, light: await lit(), eyes }] };
  const shown = assembleHead(placed, model, textures, { expression: 'photo', morphs: false });
  return { parameters: placed, posed: { ...shown, delit: head.delit } };
}

function knownShape(identity: Float32Array): ShapePrior {
  const { whitening } = standardShapePrior(identity.length);
  return { mean: identity, whitening: whitening.map((value) => value / KNOWN) };
}
