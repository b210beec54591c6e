import type {
  InferenceSession,
  InferenceSessionFactory,
  Tensor as OrtTensor,
  TensorConstructor,
} from 'onnxruntime-common';
import { GanfitError } from '../error.ts';
import { convertTflite, isTflite, type OnnxModel, writeModel } from '../onnx/index.ts';
import { lower, type Provider, type Tensor } from '../tensor/index.ts';
import { checkFeed, type FeedData, floatsOf, type ValueInfo } from './feeds.ts';

/** What we use of ONNX Runtime; `onnxruntime-node`, `-web` and `-common` all fit. */
export interface OrtApi {
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor;
}

export interface RuntimeOptions {
  /** Execution providers in order of preference, such as 'cpu', 'wasm', 'webgpu' or 'cuda'. */
  readonly executionProviders?: readonly string[];
  /** Threads of one operation; 0 lets ONNX Runtime decide. */
  readonly threads?: number;
  /** Whether operations that the first provider lacks may run on the CPU; when not, `compile` fails on them. */
  readonly cpuFallback?: boolean;
}

export const RUNTIME_DEFAULTS: Required<RuntimeOptions> = {
  executionProviders: ['cpu'],
  threads: 0,
  cpuFallback: true,
};

/** Runs traced graphs and network files on the engine that was handed in. */
export interface Runtime {
  /** Compiles traced outputs into one graph; what they do not need is left out. */
  compile<K extends string>(outputs: Readonly<Record<K, Tensor>>): Promise<Graph<K>>;
  /** Compiles a graph that was written by hand. */
  compileModel(model: OnnxModel): Promise<Graph<string>>;
  /** Opens a network file as it is; a TensorFlow Lite one as `convertTflite` reads it. */
  load(bytes: Uint8Array): Promise<Network>;
}

/** A compiled graph. */
export interface Graph<K extends string> {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /**
   * Runs the graph.
   *
   * @param feeds One array for each input, row-major, of the input's type; others are ignored, because an input that no
   *   output depends on is not part of the graph. They are read, not copied: leave them alone until the run ends.
   * @param into Arrays for float32 outputs to be written into. Worth it from about a megabyte on, where making fresh
   *   memory costs more than the run's own copy; without it every run gives new arrays.
   * @returns The outputs as float32, other types converted.
   * @throws GanfitError 'shape' naming an input that is missing or does not fit; 'runtime' when the engine fails.
   */
  run(
    feeds: Readonly<Record<string, FeedData>>,
    into?: Readonly<Partial<Record<K, Float32Array>>>,
  ): Promise<Record<K, Float32Array>>;
  /** Frees the engine's memory. The graph cannot run afterwards. */
  dispose(): Promise<void>;
}

/** A value with its shape, row-major. */
export interface ShapedData<D extends FeedData = FeedData> {
  readonly data: D;
  readonly shape: readonly number[];
}

/** A network file, opened. */
export interface Network {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Runs the network on inputs by name; outputs as float32, other types converted. Errors as `Graph.run`. */
  run(feeds: Readonly<Record<string, ShapedData>>): Promise<Record<string, ShapedData<Float32Array>>>;
  dispose(): Promise<void>;
}

/**
 * Wraps an ONNX Runtime, which the caller imports: the library itself knows no platform.
 *
 * @param ort All of the module `onnxruntime-node` or `onnxruntime-web`.
 */
export function createRuntime(ort: OrtApi, options: RuntimeOptions = {}): Runtime {
  const settings = { ...RUNTIME_DEFAULTS, ...options };
  const provider = lowering(settings.executionProviders[0]);

  async function open(where: string, bytes: Uint8Array): Promise<InferenceSession> {
    try {
      return await ort.InferenceSession.create(bytes, sessionOptions(settings));
    } catch (cause) {
      throw new GanfitError('runtime', `${where}: ONNX Runtime must accept the graph, got: ${text(cause)}`, {
        cause,
      });
    }
  }

  async function compileModel(model: OnnxModel): Promise<Graph<string>> {
    return graphOf(ort, await open('compile', writeModel(model)), model);
  }

  return {
    async compile<K extends string>(outputs: Readonly<Record<K, Tensor>>) {
      return (await compileModel(lower(outputs, provider))) as Graph<K>;
    },
    compileModel,
    load: async (bytes) =>
      networkOf(ort, await open('load', isTflite(bytes) ? writeModel(convertTflite(bytes)) : bytes)),
  };
}

/** The formulations that suit an execution provider; GPUs other than WebGPU's share WebGPU's. */
function lowering(executionProvider: string | undefined): Provider {
  if (executionProvider === undefined || executionProvider === 'cpu') return 'cpu';
  return executionProvider === 'wasm' ? 'wasm' : 'webgpu';
}

function sessionOptions(settings: Required<RuntimeOptions>): InferenceSession.SessionOptions {
  return {
    executionProviders: [...settings.executionProviders],
    graphOptimizationLevel: 'all',
    // Fatal only: everything else reaches the caller as an error, and the library is silent.
    logSeverityLevel: 4,
    ...(settings.threads > 0 && { intraOpNumThreads: settings.threads }),
    extra: {
      session: {
        // Threads that spin while they wait halve the speed as soon as two sessions take turns.
        intra_op: { allow_spinning: '0' },
        ...(!settings.cpuFallback && { disable_cpu_ep_fallback: '1' }),
      },
    },
  };
}

function graphOf(ort: OrtApi, session: InferenceSession, model: OnnxModel): Graph<string> {
  const inputs: readonly ValueInfo[] = model.inputs;
  return {
    inputs,
    outputs: model.outputs,
    async run(feeds, into = {}) {
      const tensors: Record<string, OrtTensor> = {};
      for (const info of inputs) {
        const data = feeds[info.name];
        tensors[info.name] = new ort.Tensor(info.dtype as 'float32', data as Float32Array, [
          ...checkFeed('graph.run', info, data),
        ]);
      }
      const fetches: Record<string, OrtTensor | null> = {};
      for (const info of model.outputs) {
        const target = into[info.name];
        fetches[info.name] = target ? new ort.Tensor('float32', target, targetShape(info, target)) : null;
      }
      const results = await execute('graph.run', session, tensors, fetches);
      return Object.fromEntries(
        model.outputs.map(({ name }) => [name, into[name] ?? floatsOf(results[name] as OrtTensor)]),
      );
    },
    dispose: () => session.release(),
  };
}

function targetShape(info: ValueInfo, target: Float32Array): number[] {
  const shape = info.shape.map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  if (info.dtype !== 'float32' || target.length !== count) {
    throw new GanfitError(
      'shape',
      `graph.run: output "${info.name}" is ${info.dtype} [${info.shape}] and can be written into a Float32Array only if ` +
        `it is float32 and of its length, got ${target.length} values. Leave it out of "into".`,
    );
  }
  return shape;
}

function networkOf(ort: OrtApi, session: InferenceSession): Network {
  const inputs = session.inputMetadata.map(valueInfo);
  return {
    inputs,
    outputs: session.outputMetadata.map(valueInfo),
    async run(feeds) {
      const tensors: Record<string, OrtTensor> = {};
      for (const info of inputs) {
        const feed = feeds[info.name];
        const shape = checkFeed('network.run', info, feed?.data, feed?.shape);
        tensors[info.name] = new ort.Tensor(info.dtype as 'float32', feed.data as Float32Array, [...shape]);
      }
      const results = await execute('network.run', session, tensors);
      return Object.fromEntries(
        session.outputNames.map((name) => {
          const tensor = results[name] as OrtTensor;
          return [name, { data: floatsOf(tensor), shape: tensor.dims }];
        }),
      );
    },
    dispose: () => session.release(),
  };
}

function valueInfo(meta: InferenceSession.ValueMetadata): ValueInfo {
  if (!meta.isTensor) return { name: meta.name, dtype: 'no tensor', shape: [] };
  return { name: meta.name, dtype: meta.type, shape: meta.shape };
}

async function execute(
  where: string,
  session: InferenceSession,
  feeds: Readonly<Record<string, OrtTensor>>,
  fetches?: Readonly<Record<string, OrtTensor | null>>,
): Promise<InferenceSession.ReturnType> {
  try {
    return await (fetches ? session.run(feeds, fetches) : session.run(feeds));
  } catch (cause) {
    const fed = Object.entries(feeds).map(([name, { type, dims }]) => `${name}: ${type} [${dims}]`);
    throw new GanfitError(
      'runtime',
      `${where}: ONNX Runtime must finish the run, got: ${text(cause)} Inputs were ${fed.join(', ')}.`,
      { cause },
    );
  }
}

function text(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
