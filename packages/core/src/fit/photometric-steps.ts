import type { Observation } from '../networks/observation.ts';
import type { FitOptions, FitPlan, FitStep } from './fit-step.ts';
import { linearPart, linearSkin, wholeSkin } from './linear-part.ts';
import type { FitParameters } from './parameters.ts';
import { fitPhotometric } from './photometric.ts';
import type { Preset } from './presets.ts';
import { LOSS_TERMS, type LossTerm } from './step-graph.ts';

/** Part of the time that the photometric steps take when others follow. */
export const PHOTOMETRIC_SHARE = 0.3;

/** Of the first photometric step that goes on from an earlier fit. */
const DAMPING = 1e-3;
const NO_LOSSES = Object.fromEntries(LOSS_TERMS.map((term) => [term, 0])) as Record<LossTerm, number>;

/** Stage B in closed form, where the skin is linear or has a linear part: {@link fitPhotometric} as steps of a fit. */
export async function* photometricSteps(
  parameters: FitParameters,
  observations: readonly Observation[],
  { model, runtime, points, texture }: FitPlan,
  preset: Preset,
  { noise, prior, resume, signal }: FitOptions,
): AsyncGenerator<FitStep, void> {
  const { skin, coarse, fine } = preset.start;
  // Skin and pose of an earlier fit are better than what the blurred photo tells.
  const from = resume ?? (parameters.texture ? { iteration: skin + coarse, damping: DAMPING } : undefined);
  const linear = linearPart(texture);
  if (!texture || !linear || (from?.iteration ?? 0) >= skin + coarse + fine) return;
  const kit = { model, runtime, points, texture: linear };
  const steps = fitPhotometric(linearSkin(parameters, linear), observations, kit, {
    steps: preset.start,
    samples: preset.samples,
    noise,
    prior,
    resume: from,
    signal,
  });
  const share = preset.iterations > 0 ? PHOTOMETRIC_SHARE : 1;
  for await (const step of steps) {
    const { iteration, damping, progress } = step;
    const found = wholeSkin(step.parameters, parameters, texture);
    yield {
      stage: 'photometric',
      iteration,
      progress: progress * share,
      losses: { ...NO_LOSSES, ...step.losses },
      total: step.cost,
      parameters: found,
      state: {
        stage: 'photometric',
        iteration,
        damping,
        parameters: found,
        bases: [],
        x: new Float32Array(0),
        first: new Float32Array(0),
        second: new Float32Array(0),
        albedos: [],
        history: [],
      },
    };
  }
}
