import { GanfitError } from '@ganfit/core/error';
import { createRuntime, type OrtApi, type Runtime } from '@ganfit/core/runtime';

/** What computes: WebAssembly on the processor, or the graphics card. */
export type WebProvider = 'wasm' | 'webgpu';

/** How the runtime of a browser is opened. */
export interface WebRuntimeOptions {
  /** Folder of onnxruntime-web's `.mjs` and `.wasm` files, an absolute URL that ends in a slash. */
  readonly runtimeFiles: string;
  /** Threads of the processor; one where the page is not cross-origin isolated. Default `threadCount()`. */
  readonly threads?: number;
}

/** The runtimes of one browser. */
export interface WebRuntimes {
  /** Computes on the processor. */
  readonly wasm: Runtime;
  /** Computes on the graphics card; only where `webgpu` was asked for. */
  readonly webgpu?: Runtime;
  /** Threads in use on the processor. */
  readonly threads: number;
}

/** More threads than this slow the small networks of a fit down. */
const MOST_THREADS = 8;

/** Threads that this page may use: one unless the page is cross-origin isolated. */
export function threadCount(): number {
  if (!globalThis.crossOriginIsolated) return 1;
  return Math.min(navigator.hardwareConcurrency || 1, MOST_THREADS);
}

/**
 * Opens onnxruntime-web once per page or worker. The build with WebGPU is twice as large and computes on the processor as well,
 * so it is fetched only where it is of use.
 *
 * @param webgpu Whether the graphics card is wanted beside the processor.
 * @throws GanfitError `runtime` when the runtime cannot be loaded.
 */
export async function openRuntimes(options: WebRuntimeOptions, webgpu: boolean): Promise<WebRuntimes> {
  const threads = options.threads ?? threadCount();
  try {
    const ort = webgpu ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web/wasm');
    ort.env.wasm.wasmPaths = options.runtimeFiles;
    ort.env.wasm.numThreads = threads;
    ort.env.logLevel = 'fatal';
    const api = ort as unknown as OrtApi;
    return {
      wasm: createRuntime(api, { executionProviders: ['wasm'], threads }),
      ...(webgpu && { webgpu: createRuntime(api, { executionProviders: ['webgpu', 'wasm'], threads }) }),
      threads,
    };
  } catch (cause) {
    throw new GanfitError(
      'runtime',
      `runtime: onnxruntime-web must load, got: ${(cause as Error).message}. Reload the page; use a current browser.`,
      { cause },
    );
  }
}
