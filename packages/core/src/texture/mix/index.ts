/** New people of old ones: textures of one UV layout mixed part by part. */
export { type MixRegionName, type MixRegions, mixRegions } from './mix-regions.ts';
export { mixStock } from './mix-stock.ts';
export { type MixRecipe, type MixStock, mixRecipe, mixTexture, tonesOf } from './mix-textures.ts';
export { writeMixRegions } from './region-file.ts';
