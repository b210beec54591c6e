/**
 * Room `tensor`: traced computations. Inputs and constants go in, traced tensors come out; `gradients` traces their
 * derivatives and `lower` writes everything wanted as one ONNX model. It will never run anything.
 *
 * @module @ganfit/core/tensor
 */

export type { Operand } from './elementwise.ts';
export { gradients } from './gradients.ts';
export { type ImportOptions, importOnnx } from './import.ts';
export { lower } from './lower.ts';
export type { DType, Provider, Shape, Tensor } from './op.ts';
export * from './ops/index.ts';
export type { PoolOptions } from './stencil.ts';
