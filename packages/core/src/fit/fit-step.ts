import type { IdentityNetwork } from '../networks/identity.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { ShapeModel } from '../shape/model.ts';
import type { TextureModel } from '../texture/model.ts';
import type { AlignmentPoints } from './alignment-points.ts';
import type { DrawBackdrop } from './backdrop.ts';
import { LANDMARK_NOISE, type LandmarkNoise } from './landmark-noise.ts';
import type { FitParameters } from './parameters.ts';
import type { Preset } from './presets.ts';
import type { ShapePrior } from './shape-prior.ts';
import type { LossTerm } from './step-graph.ts';
import type { PhotoBase } from './unknowns.ts';

/** What a fit needs, loaded once. */
export interface FitKit {
  readonly model: ShapeModel;
  readonly runtime: Runtime;
  /** The network whose cosine is optimised; without it the identity term is left out. */
  readonly identity?: IdentityNetwork;
  /** What skin looks like (paper Eq. 1 or 5); without it the albedo is the smooth average of what each photo shows. */
  readonly texture?: TextureModel;
  /** Points collected before from the same model. */
  readonly points?: AlignmentPoints;
}

/** Options of {@link fit}. */
export interface FitOptions {
  /** Default `PRESETS[DEFAULT_PRESET]`. */
  readonly preset?: Preset;
  /** Trust in the landmarks, as in `align`. Default {@link LANDMARK_NOISE}. */
  readonly noise?: LandmarkNoise;
  /** What is known of the shape beforehand. Default N(0, I). */
  readonly prior?: ShapePrior;
  /** Draws what the identity network sees beside the skin of the face. Default: the photo. */
  readonly backdrop?: DrawBackdrop;
  /** Of everything that is drawn at random. Default 0. */
  readonly seed?: number;
  /** Stops the fit between two iterations. */
  readonly signal?: AbortSignal;
  /** Goes on from a step of an earlier fit of the same photos with the same preset. */
  readonly resume?: FitState;
}

/** The parts of stage B: closed-form steps on landmarks and colors, then Adam on all terms. */
export type FitStage = 'photometric' | 'joint';

/** Everything the next iteration depends on, as plain data. */
export interface FitState {
  readonly stage: FitStage;
  /** Iterations done in this stage. */
  readonly iteration: number;
  /** Damping of the next photometric step. */
  readonly damping: number;
  /** Of the latest step. */
  readonly parameters: FitParameters;
  /** Those that the joint steps began with: backdrops are drawn of them. */
  readonly begun?: FitParameters;
  readonly bases: readonly PhotoBase[];
  /** Whitened unknowns and Adam's moments. */
  readonly x: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Albedo of each photo's render, linear, `[S, 3]`. */
  readonly albedos: readonly Float32Array[];
  /** Losses so far but for the random view's, for the stopping rule. */
  readonly history: readonly number[];
}

/** One iteration of stage B. */
export interface FitStep {
  readonly stage: FitStage;
  /** Iterations of this stage done, from 1. */
  readonly iteration: number;
  /** Share of the work that is done, in [0, 1]. */
  readonly progress: number;
  /** Each term before this step, times its weight. */
  readonly losses: Readonly<Record<LossTerm, number>>;
  /** Sum of the terms. */
  readonly total: number;
  /** Parameters after this step. */
  readonly parameters: FitParameters;
  readonly state: FitState;
}

/** {@link FitKit} with its points collected. */
export type FitPlan = FitKit & { readonly points: AlignmentPoints };
