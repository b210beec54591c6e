import type { LightKind } from './light-vector.ts';

/** What each term of the energy (paper Eq. 12) counts; a term without weight is not computed. */
export interface LossWeights {
  /** Eq. 11. */
  readonly landmark: number;
  /** Eq. 10, per unit of sRGB. */
  readonly pixel: number;
  /** Eq. 8, per unit of cosine. */
  readonly identity: number;
  /** Eq. 8 on the random render of Eq. 7, per unit of cosine. */
  readonly randomIdentity: number;
  /** Eq. 9, per unit of mean squared activation, summed over the layers. */
  readonly content: number;
  /** Half the squared deviations of shape, expression and camera from what is usual. */
  readonly prior: number;
  /** The same of the texture's latent. */
  readonly texture: number;
  /** The same of the light. */
  readonly light: number;
}

/** Steps of the closed-form start: skin and light alone, everything on the blurred photo, everything on the sharp one. */
export interface StartSteps {
  readonly skin: number;
  readonly coarse: number;
  readonly fine: number;
}

/** How stage B runs: data, so that every option can be overridden. */
export interface Preset {
  readonly weights: LossWeights;
  /** The photometric fit by Gauss-Newton that goes first when the texture model is linear; none with zero steps. */
  readonly start: StartSteps;
  /** Points of the skin at which those steps compare, at most. */
  readonly samples: number;
  /** Pixels across and down the render. */
  readonly size: number;
  /** Iterations of Adam at most, for one photo. */
  readonly iterations: number;
  /** Adam's first step in whitened units; it falls to a tenth along a cosine. */
  readonly learningRate: number;
  /** Without a texture model: iterations at which albedo and light are estimated afresh, beside the first. */
  readonly refresh: readonly number[];
  /** Stops early when the mean loss of ten iterations has fallen by less than this share. */
  readonly plateau: number;
  /** Where the texture is read: at each pixel, or at the vertices as the paper does. */
  readonly texturePath: 'pixel' | 'vertex';
  /** Texels across the texture during the fit; the model's nearest resolution is taken. */
  readonly textureSize: number;
  readonly light: LightKind;
  /** Eq. 11: Student's likelihood in millimetres, or the paper's mean distance, in pixels of a crop of 224. */
  readonly landmarks: 'student' | 'distance';
  /** Which landmarks' deviations hold: those that guess the best shape, or tighter ones that place a texture. */
  readonly landmarkTrust: 'shape' | 'texture';
  /** Where the shape starts and what holds it: what the regressor read from the networks' inner values, or N(0, I). */
  readonly shapePrior: 'regressed' | 'model';
  /** What the identity network sees beside the skin of the face: the finished head over plain grey, or the photo. */
  readonly backdrop: 'head' | 'photo';
  /** Residuals of this size, in sRGB, are taken for hair, glasses or hands and count a quarter. */
  readonly occlusion: number;
  /** Blends silhouettes, so that they carry gradients. */
  readonly silhouettes: boolean;
  /** Texels across and down the skin of the finished head. */
  readonly skinSize: number;
  /** What the head wears: the model's texture refined by the photo where it was seen well, or the model's alone. */
  readonly detail: 'photo' | 'none';
}

const BALANCED: Preset = {
  weights: {
    landmark: 1,
    pixel: 10000,
    identity: 1500,
    randomIdentity: 500,
    content: 0,
    prior: 1,
    texture: 0.5,
    light: 1,
  },
  start: { skin: 3, coarse: 4, fine: 4 },
  samples: 5000,
  size: 160,
  iterations: 80,
  learningRate: 0.07,
  refresh: [25],
  plateau: 1e-4,
  texturePath: 'pixel',
  textureSize: 256,
  light: 'harmonics',
  landmarks: 'student',
  landmarkTrust: 'shape',
  shapePrior: 'regressed',
  backdrop: 'head',
  occlusion: 0.15,
  silhouettes: false,
  skinSize: 1024,
  detail: 'photo',
};

/** Presets by the name that the command line takes. Weights were tuned as `docs/method.md` tells. */
export const PRESETS = {
  /** Best quality per second on two cores. */
  balanced: BALANCED,
  /** A preview: the closed-form fit alone. */
  fast: { ...BALANCED, start: { skin: 2, coarse: 3, fine: 2 }, samples: 2500, iterations: 0, skinSize: 512 },
  /** More pixels, more steps, every term. */
  best: {
    ...BALANCED,
    weights: { ...BALANCED.weights, content: 1 },
    start: { skin: 3, coarse: 5, fine: 6 },
    size: 224,
    iterations: 160,
  },
  /** The paper's energy and weights (section 4.1), Adam throughout, Phong light, colors at the vertices. */
  paper: {
    ...BALANCED,
    weights: {
      landmark: 0.001,
      pixel: 1,
      identity: 2,
      randomIdentity: 2,
      content: 50,
      prior: 0.05,
      texture: 0,
      light: 0.01,
    },
    start: { skin: 0, coarse: 0, fine: 0 },
    size: 224,
    iterations: 150,
    learningRate: 0.01,
    texturePath: 'vertex',
    light: 'phong',
    landmarks: 'distance',
    shapePrior: 'model',
    backdrop: 'photo',
    detail: 'none',
  },
  /** The classic photometric fit of Eq. 3: no identity, no content; Gauss-Newton. */
  eq3: {
    ...BALANCED,
    weights: { ...BALANCED.weights, identity: 0, randomIdentity: 0 },
    shapePrior: 'model',
    start: { skin: 3, coarse: 6, fine: 8 },
    iterations: 0,
    detail: 'none',
  },
  /** Landmarks alone: stage A is the result. */
  landmarks: {
    ...BALANCED,
    weights: { ...BALANCED.weights, pixel: 0, identity: 0, randomIdentity: 0 },
    shapePrior: 'model',
    start: { skin: 0, coarse: 0, fine: 0 },
    iterations: 0,
  },
  /** What `ganfit texture unwrap` does to each photo: stage A alone, at most 40 steps, held tightly by the landmarks. */
  unwrap: {
    ...BALANCED,
    weights: { ...BALANCED.weights, pixel: 0, identity: 0, randomIdentity: 0 },
    landmarkTrust: 'texture',
    shapePrior: 'model',
    start: { skin: 0, coarse: 0, fine: 0 },
    iterations: 0,
  },
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof PRESETS;

/**
 * The same thoroughness without a texture model: the closed-form start is not to be had, so Adam takes more and larger steps,
 * and a smooth albedo explains too little of the photo for it to weigh as much.
 */
export function withoutTexture(preset: Preset): Preset {
  const { weights, start, iterations } = preset;
  if (start.fine === 0) return preset;
  return {
    ...preset,
    weights: { ...weights, pixel: Math.min(weights.pixel, 2000), identity: Math.min(weights.identity, 20) },
    iterations: Math.max(iterations, 80),
    learningRate: 0.05,
  };
}

/** The same with a generator of textures, for which there is no closed-form start either: Adam takes more and larger steps. */
export function withGenerator(preset: Preset): Preset {
  if (preset.start.fine === 0) return preset;
  return { ...preset, iterations: preset.iterations + 40, learningRate: 0.05 };
}

/**
 * The same thoroughness with several photos that share shape and skin: each wants another head, and they need twice the iterations to
 * come to terms.
 */
export function withPhotos(preset: Preset, count: number): Preset {
  return count > 1 ? { ...preset, iterations: 2 * preset.iterations } : preset;
}

/** What is taken when nobody chooses. */
export const DEFAULT_PRESET: PresetName = 'balanced';
