import { reconstruct } from '@ganfit/core/asset';
import { GanfitError } from '@ganfit/core/error';
import { align, alignmentPoints, type FitParameters, fit, PRESETS, type PresetName } from '@ganfit/core/fit';
import type { Image } from '@ganfit/core/image';
import type { Observation } from '@ganfit/core/networks';
import type { Kit } from '../kit.ts';

/** Both stages of a fit of the same photos. */
export interface FittedStages {
  /** After stage A: landmarks only. */
  readonly aligned: FitParameters;
  /** After stage B. */
  readonly fitted: FitParameters;
  /** The skin's texture, sRGB; only when asked for. */
  readonly texture?: Image;
  readonly seconds: number;
}

/** What is wanted of a fit that is only measured. */
export interface FitStagesOptions {
  readonly preset: PresetName;
  /** Runs the whole chain, texture too. Default false: shape, camera and light alone, in half the time. */
  readonly texture?: boolean;
  readonly signal?: AbortSignal;
}

/** Fits photos of one person as `ganfit fit` does, without writing anything. */
export async function fitStages(
  observations: readonly Observation[],
  kit: Kit,
  { preset, texture = false, signal }: FitStagesOptions,
): Promise<FittedStages> {
  const { model, runtime, networks } = kit;
  const start = performance.now();
  const points = alignmentPoints(model);
  const aligned = align(model, observations, { points }).parameters;
  const seconds = (): number => (performance.now() - start) / 1000;
  if (texture) {
    const steps = reconstruct(observations, kit, { preset, signal });
    for (;;) {
      const step = await steps.next();
      if (!step.done) continue;
      const { parameters, textures } = step.value;
      return { aligned, fitted: parameters, texture: textures['skin'], seconds: seconds() };
    }
  }
  let fitted = aligned;
  const fitKit = { model, runtime, identity: networks.identity, points };
  for await (const step of fit(aligned, observations, fitKit, { preset: PRESETS[preset], signal })) {
    fitted = step.parameters;
    if (signal?.aborted) throw new GanfitError('cancelled', 'evaluate: stopped.');
  }
  return { aligned, fitted, seconds: seconds() };
}
