/** What each term of the loss counts. */
export interface LossWeights {
  /** Eq. 11, per unit of negative log likelihood. */
  readonly landmark: number;
  /** Eq. 10, per unit of sRGB. */
  readonly pixel: number;
  /** Eq. 8, per unit of cosine. */
  readonly identity: number;
  /** Per unit of negative log prior. */
  readonly prior: number;
}

/** How stage B runs. */
export interface Preset {
  readonly weights: LossWeights;
  /** Pixels across and down the render. */
  readonly size: number;
  /** Iterations at most. */
  readonly iterations: number;
  /** Adam's first step in whitened units; it falls to a tenth along a cosine. */
  readonly learningRate: number;
  /** Iterations at which albedo and light are estimated afresh, beside the first. */
  readonly refresh: readonly number[];
  /** Stops early when the mean loss of ten iterations has fallen by less than this share. */
  readonly plateau: number;
}

/** Presets by the name that the command line takes. Weights were tuned as `docs/method.md` tells. */
export const PRESETS = {
  /** Alignment, then eighty joint steps. */
  default: {
    weights: { landmark: 1, pixel: 2000, identity: 20, prior: 1 },
    size: 192,
    iterations: 80,
    learningRate: 0.05,
    refresh: [25, 50],
    plateau: 5e-4,
  },
  /** Landmarks alone: stage A is the result. */
  landmarks: {
    weights: { landmark: 1, pixel: 0, identity: 0, prior: 1 },
    size: 64,
    iterations: 0,
    learningRate: 0.03,
    refresh: [],
    plateau: 0,
  },
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof PRESETS;
