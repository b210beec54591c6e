/**
 * Room `image`: pictures as arrays of pixels, their colors and their geometry. It will never read a file or decode a
 * format: the doors do that.
 */
export * from './color.ts';
export * from './focal.ts';
export * from './halve.ts';
export * from './image.ts';
export * from './layout.ts';
export * from './similarity.ts';
export * from './warp.ts';
