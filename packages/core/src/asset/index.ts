/**
 * Room `asset`: from parameters to a head one can ship.
 *
 * A shape model, fitted coefficients and textures come in; a `Head` goes out: closed parts with normals, UV, materials and
 * ARKit-named morph targets. It knows nothing of file bytes, and it never fits.
 */
export * from './assemble.ts';
export * from './head.ts';
export * from './materials.ts';
export * from './preview-sheet.ts';
export * from './split-seams.ts';
