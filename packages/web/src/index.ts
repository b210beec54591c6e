/**
 * The library in a browser: what the browser adds to `@ganfit/core` is photos, models by fetch, and the runtime. Nothing
 * here needs a window, so that all of it can run in a worker.
 */
export * from './encode-image.ts';
export * from './fetch-file.ts';
export * from './kit.ts';
export * from './lens-tags.ts';
export * from './model-manifest.ts';
export * from './photo.ts';
export * from './provider.ts';
export * from './runtime.ts';
