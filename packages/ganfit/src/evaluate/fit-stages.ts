import { type Reconstruction, reconstruct } from '@ganfit/core/asset';
import { GanfitError } from '@ganfit/core/error';
import { align, type FitParameters, type Preset, type PresetName } from '@ganfit/core/fit';
import type { Observation } from '@ganfit/core/networks';
import type { Kit } from '../kit.ts';

/** The stages of a fit of the same photos. */
export interface FittedStages {
  /** Landmarks and the shape model's own prior, nothing else: what every fit must beat. */
  readonly aligned: FitParameters;
  /** After the chain's own stage A, where a regressor may have helped. */
  readonly started: FitParameters;
  /** After stage B. */
  readonly fitted: FitParameters;
  /** Everything else; only when the whole chain was run. */
  readonly result?: Reconstruction;
  readonly seconds: number;
}

/** What is wanted of a fit that is only measured. */
export interface FitStagesOptions {
  readonly preset: PresetName | Preset;
  /** Runs the whole chain, texture too. Default false: shape, camera and light alone, in half the time. */
  readonly whole?: boolean;
  /** What several photos share. Default `joint`. */
  readonly combine?: 'joint' | 'average';
  readonly signal?: AbortSignal;
}

/**
 * Fits photos of one person as `ganfit fit` does, without writing anything.
 *
 * @throws GanfitError as `reconstruct` does.
 */
export async function fitStages(
  observations: readonly Observation[],
  kit: Kit,
  { preset, whole = false, combine, signal }: FitStagesOptions,
): Promise<FittedStages> {
  const start = performance.now();
  const steps = reconstruct(observations, kit, { preset, combine, signal });
  let started: FitParameters | undefined;
  let fitted: FitParameters | undefined;
  for (;;) {
    const step = await steps.next();
    // Signals arrive only when the loop of events turns.
    await new Promise((turn) => setImmediate(turn));
    const result = step.done ? step.value : undefined;
    const parameters = step.value.parameters;
    started ??= parameters;
    fitted = parameters ?? fitted;
    const fits = !step.done && (step.value.stage === 'align' || step.value.stage === 'fit');
    if (!result && (whole || fits)) continue;
    if (!result) await steps.return(undefined as never);
    if (!started || !fitted)
      throw new GanfitError('runtime', 'fitStages: a fit must yield parameters, got none.');
    const seconds = (performance.now() - start) / 1000;
    return { aligned: align(kit.model, observations).parameters, started, fitted, result, seconds };
  }
}
