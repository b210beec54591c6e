import { availableParallelism } from 'node:os';
import { createRuntime, type Runtime, type RuntimeOptions } from '@ganfit/core/runtime';
import * as ort from 'onnxruntime-node';

/** More threads than this slow the small networks of a fit down. */
const MOST_THREADS = 8;

/**
 * The runtime of Node: onnxruntime-node on the CPU unless other providers are asked for. 'webgpu' is inside the npm
 * package on most platforms, 'cuda' needs the extra files of ONNX Runtime's GPU release.
 *
 * @param options As `createRuntime`; threads default to the processors at hand, 8 at most.
 */
export function nodeRuntime(options: RuntimeOptions = {}): Runtime {
  return createRuntime(ort, { threads: Math.min(availableParallelism(), MOST_THREADS), ...options });
}
