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
