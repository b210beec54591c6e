import { GanfitError } from '../error.ts';
import type { Observation } from '../networks/observation.ts';
import type { TextureModel } from '../texture/model.ts';
import { alignmentPoints } from './alignment-points.ts';
import type { FitKit, FitOptions, FitState, FitStep } from './fit-step.ts';
import { jointSteps } from './joint-steps.ts';
import { linearPart } from './linear-part.ts';
import type { FitParameters } from './parameters.ts';
import { photometricSteps } from './photometric-steps.ts';
import {
  DEFAULT_PRESET,
  PRESETS,
  type Preset,
  withGenerator,
  withoutTexture,
  withPhotos,
} from './presets.ts';

/**
 * Stage B (paper section 3.3, Eq. 12): shape, expression, camera, light and skin together. Goes on where `align` ended;
 * several photos share identity and skin.
 *
 * With a linear texture model the photometric part goes first, by Gauss-Newton (`fitPhotometric`); then Adam minimises all
 * terms of the preset.
 *
 * The same seed gives the same numbers in every run on the same machine.
 *
 * Who iterates by hand may send a changed state back by `next(state)` after a step of stage `joint`; `for await` sends none.
 *
 * @param parameters From `align`; or of an earlier fit, whose skin spares the photometric steps but for those on the sharp photo.
 * @param observations The photos it was made from.
 * @throws GanfitError `cancelled` when the signal fires, `runtime` when the fit leaves the finite numbers.
 */
export async function* fit(
  parameters: FitParameters,
  observations: readonly Observation[],
  kit: FitKit,
  options: FitOptions = {},
): AsyncGenerator<FitStep, void, FitState | undefined> {
  const { resume } = options;
  const asked = options.preset ?? PRESETS[DEFAULT_PRESET];
  const preset = withPhotos(presetFor(asked, kit.texture), observations.length);
  const plan = { ...kit, points: kit.points ?? alignmentPoints(kit.model) };
  let found = resume?.parameters ?? parameters;
  if (resume?.stage !== 'joint') {
    for await (const step of photometricSteps(found, observations, plan, preset, options)) {
      found = step.parameters;
      yield checked(step);
    }
  }
  const joint = jointSteps(found, observations, plan, preset, options);
  try {
    let step = await joint.next();
    while (!step.done) step = await joint.next(yield checked(step.value));
  } finally {
    await joint.return();
  }
}

function presetFor(preset: Preset, texture: TextureModel | undefined): Preset {
  if (!texture) return withoutTexture(preset);
  return linearPart(texture) ? preset : withGenerator(preset);
}

/** Cameras nearer or farther than this see no head, millimetres. */
const [NEAREST, FARTHEST] = [50, 1e6];

/** A fit that lost its numbers must not become a head. */
function checked(step: FitStep): FitStep {
  const { identity, texture, photos } = step.parameters;
  const lists = [identity, texture ?? [], ...photos.map(({ expression }) => expression)];
  const finite =
    Number.isFinite(step.total) && lists.every((list) => Array.from(list).every(Number.isFinite));
  const distances = photos.map(({ camera }) => Math.hypot(...camera.position));
  const seen = distances.every((distance) => distance > NEAREST && distance < FARTHEST);
  if (finite && seen) return step;
  const what = finite
    ? `the camera must stay ${NEAREST} to ${FARTHEST} mm away, got ${distances.map((d) => Math.round(d)).join(', ')}`
    : `the loss must stay finite, got ${step.total}`;
  throw new GanfitError(
    'runtime',
    `fit: ${what} in iteration ${step.iteration} of stage ${step.stage}. Try another preset.`,
  );
}
