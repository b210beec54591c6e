import { GanfitError } from '../../error.ts';
import { GAN_ARCHITECTURE, type GanArchitecture, levelOf } from './architecture.ts';
import type { GanLossOptions } from './losses.ts';

/** One resolution of progressive growing. */
export interface GanPhase {
  readonly resolution: number;
  /** How many real pictures are shown in it. */
  readonly images: number;
}

/** How a generator is trained. */
export interface GanTrainingOptions {
  readonly architecture?: GanArchitecture;
  /** Resolutions in the order of training; each but the first fades in. */
  readonly phases: readonly GanPhase[];
  /** Share of a phase in which it fades in, in [0, 1]; one half by default, as Karras et al. 2018. */
  readonly fade?: number;
  /** Pictures in a step, a multiple of 4 for the batch's deviation; 16 by default. */
  readonly batch?: number;
  readonly loss?: GanLossOptions;
  /** The penalty is traced in every so-manieth step only, and weighs as much more; 1 by default. */
  readonly penaltyEvery?: number;
  /** Steps of the discriminator for one of the generator; 1 by default. */
  readonly criticSteps?: number;
  /** Of Adam (0, 0.99); 1e-3 by default. */
  readonly learningRate?: number;
  /** Pictures after which a weight counts half in the averaged generator; 10 000 by default. */
  readonly averageHalfLife?: number;
  /**
   * Probability of each differentiable change of what the discriminator sees, in [0, 1]; or `adaptive`: it rises while more
   * than 80 % of the real pictures score above zero (Karras et al. 2020). 0 by default.
   */
  readonly augmentation?: number | 'adaptive';
  /** Whether real pictures are mirrored left to right, one in two; true by default. */
  readonly mirror?: boolean;
  readonly seed?: number;
}

/** The settings with nothing left open. */
export type GanTraining = Required<GanTrainingOptions>;

/**
 * Fills in what was left open.
 *
 * @throws GanfitError `input` when phases or the batch cannot be.
 */
export function completeTraining(options: GanTrainingOptions): GanTraining {
  const training: GanTraining = {
    architecture: GAN_ARCHITECTURE,
    fade: 0.5,
    batch: 16,
    loss: {},
    penaltyEvery: 1,
    criticSteps: 1,
    learningRate: 1e-3,
    averageHalfLife: 10_000,
    augmentation: 0,
    mirror: true,
    seed: 0,
    ...options,
  };
  const { phases, batch, architecture } = training;
  const levels = phases.map(({ resolution }) => levelOf(architecture, resolution));
  const growing = levels.every((level, i) => i === 0 || level === levels[i - 1] + 1);
  if (phases.length === 0 || !growing || phases.some(({ images }) => !(images > 0))) {
    throw new GanfitError(
      'input',
      `training: phases must double the resolution one after the other and show pictures, got ${phases
        .map(({ resolution, images }) => `${resolution}:${images}`)
        .join(' ')}. Name them like 8:2000 16:4000.`,
    );
  }
  if (!Number.isInteger(batch) || batch < 4 || batch % 4 !== 0) {
    throw new GanfitError('input', `training: the batch must be a multiple of 4, got ${batch}.`);
  }
  return training;
}

/** Where training stands after a number of real pictures: the phase and how far its resolution is faded in. */
export function phaseAt(
  { phases, fade }: GanTraining,
  images: number,
): { readonly index: number; readonly resolution: number; readonly alpha: number; readonly done: boolean } {
  let start = 0;
  for (const [index, { resolution, images: length }] of phases.entries()) {
    const last = index === phases.length - 1;
    if (images < start + length || last) {
      const faded = index === 0 || fade === 0 ? 1 : Math.min(1, (images - start) / (fade * length));
      return { index, resolution, alpha: faded, done: last && images >= start + length };
    }
    start += length;
  }
  throw new GanfitError('input', 'training: there must be a phase, got none.');
}
