/** From photos to a set of textures that a texture model can learn from: light, mean, completion, judgement. */
export { cylinderLayout } from './cylinder-layout.ts';
export { type EstimatedLight, estimateLight } from './estimate-light.ts';
export { finishTexture } from './finish-texture.ts';
export { addPerson, addSums, type MeanSums, meanSums, meanTexture, personTone } from './mean-texture.ts';
export { measureTexture } from './measure-texture.ts';
export { mouthOpening, OPEN_MOUTH, outsideOpenings } from './openings.ts';
export { type PersonSkin, personSkin } from './person-skin.ts';
export { measurePhoto, measureSkin, type PhotoQuality, QUALITY_BOUNDS, rejection } from './quality.ts';
export { type GroupedTone, type PhotoBalance, toneBalance, toneCorrection } from './tone-balance.ts';
