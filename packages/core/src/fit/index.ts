/**
 * Room `fit`: from what the networks saw to parameters. Observations and a shape model go in; identity, expression, camera
 * and light come out, step by step. It never writes files and paints no textures.
 */
export { type Alignment, type AlignOptions, align } from './align.ts';
export { type AlignmentPoints, alignmentPoints } from './alignment-points.ts';
export type { Backdrop, DrawBackdrop } from './backdrop.ts';
export { fit } from './fit.ts';
export type { FitKit, FitOptions, FitStage, FitState, FitStep } from './fit-step.ts';
export {
  innerDeviation,
  LANDMARK_NOISE,
  LANDMARK_TRUST,
  type LandmarkNoise,
  noiseOfPhotos,
} from './landmark-noise.ts';
export { type MeshPoint, meshPoints } from './mesh-points.ts';
export { optionPaths, overridePreset } from './override-preset.ts';
export type { FitParameters, PhotoParameters } from './parameters.ts';
export { DEFAULT_PRESET, type LossWeights, PRESETS, type Preset, type PresetName } from './presets.ts';
export { projectLandmarks } from './project-landmarks.ts';
export { type ShapePrior, shapePrior, standardShapePrior } from './shape-prior.ts';
export { loadShapeRegressor, regressShape, type ShapeRegressor } from './shape-regressor.ts';
