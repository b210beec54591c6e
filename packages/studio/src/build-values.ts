/** Constants that the build writes into the scripts. */
interface BuildValues {
  /** File of the worker, beside the page. */
  readonly WORKER: string;
  /** File of the worker that draws a running fit, beside the page. */
  readonly PAINTER: string;
  /** Path of `models.json`, beside the page. */
  readonly MODELS: string;
  /** Folder of onnxruntime-web, beside the page. */
  readonly RUNTIME_FILES: string;
  /** Of the program; in the service worker, a digest of the page's files. */
  readonly VERSION: string;
  /** What else it may keep: runtime, models, licences. */
  readonly DATA: readonly string[];
  /** What the service worker caches when it is installed. */
  readonly FILES: readonly string[];
}

declare global {
  const BUILD: BuildValues;
}

export type { BuildValues };
