/**
 * Room `asset`: from parameters to a head one can ship.
 *
 * A shape model, fitted coefficients and textures come in; a `Head` goes out: closed parts with normals, UV, materials and
 * ARKit-named morph targets. `reconstruct` is the whole chain from an observation. It knows nothing of file bytes.
 */
export * from './assemble.ts';
export * from './compound-shapes.ts';
export * from './head.ts';
export * from './landmark-error.ts';
export * from './likeness.ts';
export * from './materials.ts';
export * from './merge-parts.ts';
export * from './photo-look.ts';
export * from './photo-pose.ts';
export { type PlacedHead, placeHead } from './place-head.ts';
export * from './portrait.ts';
export * from './pose-head.ts';
export * from './preview-sheet.ts';
export * from './reconstruct.ts';
export * from './relative-light.ts';
export * from './skin-detail.ts';
export { modelSkin, modelTexture } from './skin-texture.ts';
export * from './split-seams.ts';
export * from './tangents.ts';
