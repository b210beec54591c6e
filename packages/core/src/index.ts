/**
 * The front door: the rooms that a user of the library walks through, from a photo to a head. `tensor`, `runtime` and `nn`
 * have doors of their own (`@ganfit/core/tensor` …), because their short names (`add`, `input`) would be lost here.
 */
export * from './asset/index.ts';
export * from './error.ts';
export * from './evaluate/index.ts';
export * from './fit/index.ts';
export * from './formats/index.ts';
export * from './image/index.ts';
export * from './mesh/index.ts';
export * from './networks/index.ts';
export * from './random/index.ts';
export * from './render/index.ts';
export { createRuntime, type Runtime, type RuntimeOptions } from './runtime/index.ts';
export * from './shape/index.ts';
export * from './texture/index.ts';
