import type { Observation } from '../networks/observation.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { ShapeModel } from '../shape/model.ts';
import type { TextureModel } from '../texture/model.ts';
import { type AppearanceKit, appearanceKit } from './albedo.ts';
import { type AlignmentPoints, alignmentPoints } from './alignment-points.ts';
import { LANDMARK_NOISE, type LandmarkNoise } from './landmark-noise.ts';
import { CAMERA_UNKNOWNS } from './landmark-residuals.ts';
import { LIGHT_COUNTS } from './light-vector.ts';
import { type ShapePrior, standardShapePrior } from './shape-prior.ts';
import { type MisfitField, misfitField } from './smooth-misfit.ts';
import { type SampleTexture, type SurfaceSamples, sampleTexture, surfaceSamples } from './surface-samples.ts';

/** What `fitPhotometric` needs. */
export interface PhotometricKit {
  readonly model: ShapeModel;
  readonly runtime: Runtime;
  /** A model whose texture is linear in the latent: the PCA of paper Eq. 1. */
  readonly texture: TextureModel;
  readonly points?: AlignmentPoints;
}

/** How it runs. */
export interface PhotometricOptions {
  /** Steps in which only skin and light move; then steps of everything on the blurred, then on the sharp photo. */
  readonly steps?: { readonly skin: number; readonly coarse: number; readonly fine: number };
  /** Samples at most. */
  readonly samples?: number;
  /** Neighbouring samples err together: of 5000 so many count as one, of fewer, which lie farther apart, fewer. */
  readonly correlated?: number;
  /** Least deviation of a sample's color that the model does not explain, sRGB. */
  readonly deviation?: number;
  /** Student's degrees of freedom of a sample: small ones forgive hair, glasses and hands. */
  readonly freedom?: number;
  /** Deviation of smooth differences that nothing explains, sRGB (see {@link MisfitField}); 0 for none. */
  readonly misfit?: number;
  /** What a landmark counts beside the colors. Default 1, and down to 0.25 for photos that the prior trusts. */
  readonly landmarks?: number;
  readonly noise?: LandmarkNoise;
  /** What is known of the shape beforehand. Default N(0, I). */
  readonly prior?: ShapePrior;
  /** Goes on from a step of an earlier fit of the same photos, whose parameters are given. */
  readonly resume?: { readonly iteration: number; readonly damping: number };
  readonly signal?: AbortSignal;
}

/** Unknowns of a light. */
export const LIGHT_ENTRIES = LIGHT_COUNTS.harmonics;

/** The number of samples that the other settings were tuned with. */
const USUAL_SAMPLES = 5000;

/** What {@link PhotometricOptions} are where nothing is said. */
export const PHOTOMETRIC_DEFAULTS = {
  steps: { skin: 3, coarse: 4, fine: 4 },
  samples: USUAL_SAMPLES,
  correlated: 24,
  deviation: 0.05,
  freedom: 3,
  misfit: 0.05,
} as const;

/**
 * Detectors err at many points together, and colors say where features lie, too; but photos unlike all others mislead colors more
 * than landmarks.
 */
const USUAL_LANDMARKS = 0.25;

/** What stays the same in all steps. */
export interface PhotometricProblem {
  readonly prior: ShapePrior;
  readonly model: ShapeModel;
  readonly points: AlignmentPoints;
  readonly texture: SampleTexture;
  readonly samples: SurfaceSamples;
  readonly field: MisfitField;
  readonly observations: readonly Observation[];
  readonly kits: readonly AppearanceKit[];
  readonly settings: Required<Omit<PhotometricOptions, 'signal' | 'prior' | 'resume'>>;
}

/** Unknowns of one photo: camera, expression, light. */
export function ownCount({ points }: PhotometricProblem): number {
  return CAMERA_UNKNOWNS + points.expressionCount + LIGHT_ENTRIES;
}

/** Makes ready for the steps, which takes as long as two of them. */
export async function photometricProblem(
  observations: readonly Observation[],
  kit: PhotometricKit,
  options: PhotometricOptions,
): Promise<PhotometricProblem> {
  const { model, runtime } = kit;
  const noise = options.noise ?? LANDMARK_NOISE;
  const points = kit.points ?? alignmentPoints(model);
  const prior = options.prior ?? standardShapePrior(points.identityCount);
  const landmarks = 1 - (1 - USUAL_LANDMARKS) * (prior.trust ?? 0);
  const settings = { ...PHOTOMETRIC_DEFAULTS, landmarks, ...options, noise };
  const samples = surfaceSamples(model, settings.samples);
  return {
    model,
    prior,
    points,
    texture: await sampleTexture(kit.texture, samples, model, runtime),
    samples,
    field: misfitField(model, samples),
    observations,
    kits: observations.map(({ image, skin: shown }) => appearanceKit(model, image, shown)),
    settings: { ...settings, correlated: (settings.correlated * settings.samples) / USUAL_SAMPLES },
  };
}
