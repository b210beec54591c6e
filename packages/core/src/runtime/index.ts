/**
 * Room `runtime`: graphs that run. Traced tensors or the bytes of a network go in, functions from arrays to arrays come
 * out. It will never choose an engine: the door hands ONNX Runtime in.
 *
 * @module @ganfit/core/runtime
 */
export type { FeedData, ValueInfo } from './feeds.ts';
export {
  createRuntime,
  type Graph,
  type Network,
  type OrtApi,
  RUNTIME_DEFAULTS,
  type Runtime,
  type RuntimeOptions,
  type ShapedData,
} from './runtime.ts';
