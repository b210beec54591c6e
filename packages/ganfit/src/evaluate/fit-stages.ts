import { type Reconstruction, reconstruct } from '@ganfit/core/asset';
import { GanfitError } from '@ganfit/core/error';
import type { FitParameters, Preset, PresetName } from '@ganfit/core/fit';
import type { Observation } from '@ganfit/core/networks';
import type { Kit } from '../kit.ts';

/** Both stages of a fit of the same photos. */
export interface FittedStages {
  /** After stage A: landmarks only. */
  readonly aligned: FitParameters;
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
  { preset, whole = false, signal }: FitStagesOptions,
): Promise<FittedStages> {
  const start = performance.now();
  const steps = reconstruct(observations, kit, { preset, signal });
  let aligned: FitParameters | undefined;
  let fitted: FitParameters | undefined;
  for (;;) {
    const step = await steps.next();
    // Signals arrive only when the loop of events turns.
    await new Promise((turn) => setImmediate(turn));
    const result = step.done ? step.value : undefined;
    const parameters = step.value.parameters;
    aligned ??= parameters;
    fitted = parameters ?? fitted;
    const fits = !step.done && (step.value.stage === 'align' || step.value.stage === 'fit');
    if (!result && (whole || fits)) continue;
    if (!result) await steps.return(undefined as never);
    if (!aligned || !fitted)
      throw new GanfitError('runtime', 'fitStages: a fit must yield parameters, got none.');
    return { aligned, fitted, result, seconds: (performance.now() - start) / 1000 };
  }
}
