import { type Reconstruction, type ReconstructOptions, reconstruct } from '@ganfit/core/asset';
import type { FitParameters } from '@ganfit/core/fit';
import type { Observation } from '@ganfit/core/networks';
import type { Kit } from './kit.ts';
import type { Progress } from './progress.ts';
import { showStage } from './stage-progress.ts';

/** How far a chain came: what stays when it is stopped or breaks. */
export interface ChainState {
  /** After the latest iteration of stage B; absent before the first. */
  parameters?: FitParameters;
  /** Iterations of stage B that are done. */
  iterations: number;
}

/**
 * Runs the chain and shows its progress.
 *
 * @param state Is kept up to date; nothing else tells how far a chain came that throws.
 * @throws GanfitError as `reconstruct` does.
 */
export async function runChain(
  observations: readonly Observation[],
  kit: Kit,
  options: ReconstructOptions,
  progress: Progress,
  state: ChainState,
): Promise<Reconstruction> {
  const steps = reconstruct(observations, kit, options);
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
    const { stage, fraction, iteration } = step.value;
    if (iteration) {
      state.parameters = iteration.parameters;
      state.iterations++;
    }
    showStage(progress, stage, fraction);
    // Signals arrive only when the loop of events turns.
    await new Promise((turn) => setImmediate(turn));
  }
}
