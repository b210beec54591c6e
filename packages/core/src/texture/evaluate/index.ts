export { compareDetail, type DetailBand } from './detail-bands.ts';
export { type InvertOptions, type TextureInverter, textureInverter } from './invert-texture.ts';
export { type ScaleDistance, slicedWasserstein } from './sliced-wasserstein.ts';
