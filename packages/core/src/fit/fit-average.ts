import { GanfitError } from '../error.ts';
import type { Observation } from '../networks/observation.ts';
import { fit } from './fit.ts';
import type { FitKit, FitOptions, FitState, FitStep } from './fit-step.ts';
import { DEFAULT_PRESET, PRESETS, withPhotos } from './presets.ts';
import { LOSS_TERMS, type LossTerm } from './step-graph.ts';

/**
 * Stage B of several photos in the paper's way (section 3.4, Eq. 13; the printed formula is a sum, the text says average):
 * every photo takes its own step, then shape and skin are averaged over the photos, after every iteration. `fit` with
 * several photos shares them instead and sums the gradients.
 *
 * A latent on a sphere is put back on it after averaging. The closed-form start runs for each photo alone, and the first
 * average follows the first step after it. Costs one graph per photo.
 *
 * @param parameters From `align`, with one record per observation.
 * @param options `resume` is not for this: a step's state is that of the first photo.
 * @throws GanfitError as `fit` does.
 */
export async function* fitAverage(
  parameters: Parameters<typeof fit>[0],
  observations: readonly Observation[],
  kit: FitKit,
  options: FitOptions = {},
): AsyncGenerator<FitStep, void> {
  if (options.resume) {
    throw new GanfitError(
      'input',
      'fitAverage: a fit must start from its beginning, got a state to go on from.',
    );
  }
  const preset = withPhotos(options.preset ?? PRESETS[DEFAULT_PRESET], observations.length);
  const lanes = observations.map((observation, p) => {
    const own = { ...parameters, photos: [parameters.photos[p]] };
    return {
      fit: fit(own, [observation], kit, { ...options, preset }),
      send: undefined as FitState | undefined,
    };
  });
  const shared = (kit.texture?.latentSize ?? 0) + parameters.identity.length;
  try {
    for (;;) {
      const steps: FitStep[] = [];
      for (const lane of lanes) {
        const step = await lane.fit.next(lane.send);
        // One photo on its plateau ends it for all: the others would only move alone.
        if (step.done) return;
        steps.push(step.value);
      }
      const joint = steps.every(({ stage }) => stage === 'joint');
      if (joint) {
        const mean = averageOf(
          steps.map(({ state }) => state.x.subarray(0, shared)),
          parameters.identity.length,
          kit.texture?.latentPrior === 'sphere',
        );
        lanes.forEach((lane, p) => {
          const x = steps[p].state.x.slice();
          x.set(mean);
          lane.send = { ...steps[p].state, x };
        });
        yield together(steps, mean, parameters.identity.length);
      } else {
        for (const lane of lanes) lane.send = undefined;
        yield together(steps, undefined, parameters.identity.length);
      }
    }
  } finally {
    for (const lane of lanes) await lane.fit.return();
  }
}

/** Mean of the shared entries; the latent, behind the identity, at its radius when it lives on a sphere. */
function averageOf(lists: readonly Float32Array[], identityCount: number, sphere: boolean): Float32Array {
  const mean = new Float32Array(lists[0].length);
  for (const list of lists) for (let i = 0; i < mean.length; i++) mean[i] += list[i] / lists.length;
  const latent = mean.subarray(identityCount);
  if (sphere && latent.length > 0) {
    const radius = Math.sqrt(latent.length) / (Math.hypot(...latent) || 1);
    for (let i = 0; i < latent.length; i++) latent[i] *= radius;
  }
  return mean;
}

/** One step of all photos: losses are means, shape and skin the average. */
function together(steps: readonly FitStep[], mean: Float32Array | undefined, identityCount: number): FitStep {
  const [first] = steps;
  const average = (value: (step: FitStep) => number): number =>
    steps.reduce((sum, step) => sum + value(step) / steps.length, 0);
  const vector = (value: (step: FitStep) => Float32Array): Float32Array =>
    averageOf(steps.map(value), 0, false);
  const { texture } = first.parameters;
  const hasSkin = texture && steps.every(({ parameters }) => parameters.texture);
  return {
    ...first,
    losses: Object.fromEntries(
      LOSS_TERMS.map((term) => [term, average(({ losses }) => losses[term])]),
    ) as Record<LossTerm, number>,
    total: average(({ total }) => total),
    parameters: {
      identity: mean ? mean.slice(0, identityCount) : vector(({ parameters }) => parameters.identity),
      ...(hasSkin && {
        texture: mean ? mean.slice(identityCount) : vector(({ parameters }) => parameters.texture ?? texture),
      }),
      photos: steps.map(({ parameters }) => parameters.photos[0]),
    },
  };
}
