export { measureBalance, type SkinTone, type ToneBalance, toneChange } from './balance-tones.ts';
export { type LevelPlan, SHIPPED_LEVELS } from './build-levels.ts';
export { type FullPca, type PackOptions, packPca, readPca, writePca } from './pca-file.ts';
export { type PcaTextureModel, pcaModel } from './pca-model.ts';
export { halfBasis, type PartialTexture, type ProjectOptions, projectTexture } from './project-texture.ts';
export { shrinkPlanes } from './resample.ts';
export { joinHalves, type PcaLevel, pcaResolutions, pcaTexture, type TexturePca } from './texture-pca.ts';
export { type TrainedPca, type TrainPcaOptions, trainPca } from './train-pca.ts';
export type { WeightedTextures } from './training-blocks.ts';
