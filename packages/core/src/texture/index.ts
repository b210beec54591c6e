/**
 * Room `texture`: the color of the skin in UV. A photo with a fitted head comes in, a texture of the whole skin goes out, with
 * what each texel rests on (seen, mirrored, invented). It never fits anything and writes no files.
 */
export { type CompletedTexture, type CompleteOptions, complete } from './complete.ts';
export * from './dataset/index.ts';
export * from './evaluate/index.ts';
export { BROWN_EYE, type EyeAppearance } from './eye-texture.ts';
export {
  GAN_ARCHITECTURE,
  type GanArchitecture,
} from './gan/architecture.ts';
export { discriminate } from './gan/discriminator.ts';
export { type GrownOptions, generate } from './gan/generator.ts';
export {
  loadGenerator,
  readGenerator,
  type StoredGenerator,
  writeGenerator,
} from './gan/generator-file.ts';
export { mapsAt, type TextureSet } from './gan/texture-set.ts';
export { type GanStep, type TrainGanContext, trainGan } from './gan/train.ts';
export type { GanPhase, GanTrainingOptions } from './gan/training-options.ts';
export {
  type GanTrainingState,
  readCheckpoint,
  startTraining,
  trainedGenerator,
  writeCheckpoint,
} from './gan/training-state.ts';
export {
  type HybridTextureModel,
  isHybrid,
  loadHybrid,
  projectHybrid,
  scaleDetail,
} from './hybrid/index.ts';
export { imageOfTexture } from './image-of-texture.ts';
export type { LandmarkPairs } from './landmark-warp.ts';
export { loadTexture, type StoredTexture } from './load-texture.ts';
export { mirrorTexels } from './mirror.ts';
export * from './mix/index.ts';
export type { SynthesizeOptions, TextureModel } from './model.ts';
export { padCharts } from './pad.ts';
export { partTexture } from './part-texture.ts';
export * from './pca/index.ts';
export { randomLatent } from './random-latent.ts';
export { learnSkinColors, type SkinColorOptions, type SkinColors } from './skin-colors.ts';
export {
  mapTexels,
  type TexelMap,
  texelsFromVertices,
  type UvSurface,
  verticesFromTexels,
} from './texels.ts';
export { type UnwrapOptions, type UnwrappedTexture, unwrap } from './unwrap.ts';
