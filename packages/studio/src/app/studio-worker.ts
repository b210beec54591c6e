import type { PresetName } from '@ganfit/core/fit';
import type { WebProvider } from '@ganfit/web';
import type {
  DownloadKind,
  FinishedHead,
  LiveStep,
  Look,
  NamedFile,
  Opened,
  Progress,
  Reply,
  Request,
  Results,
} from '../protocol.ts';

/** What the worker said went wrong; `code` is one of the library's, `cancelled` among them. */
export class StudioError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The other side of the page: everything that takes time. */
export interface StudioWorker {
  open(onLoading: (share: number) => void): Promise<Opened>;
  look(photo: number, file: NamedFile): Promise<Look>;
  forget(photo: number): Promise<void>;
  /** The fit, step by step, as the library itself gives it. */
  fit(
    faces: readonly { readonly photo: number; readonly face: number }[],
    preset: PresetName,
  ): AsyncGenerator<LiveStep, FinishedHead>;
  reopen(files: readonly NamedFile[]): Promise<FinishedHead>;
  write(kind: DownloadKind): Promise<NamedFile>;
  /** Stops a fit, politely at first. */
  cancel(): Promise<void>;
}

/** How long a fit may take to notice that it is not wanted, milliseconds. Stages beside the fit cannot be interrupted. */
const PATIENCE = 700;

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress?: (progress: Progress) => void;
}

/** Starts the worker; nothing is loaded before `open`. */
export function startWorker(provider: WebProvider | undefined): StudioWorker {
  let pending = new Map<number, Pending>();
  let lastId = 0;
  let worker = spawn();
  let opened: Promise<Opened> | undefined;
  const files = new Map<number, NamedFile>();

  function spawn(): Worker {
    const fresh = new Worker(new URL(BUILD.WORKER, document.baseURI), { type: 'module', name: 'ganfit' });
    fresh.onmessage = ({ data }: MessageEvent<Reply>) => {
      const call = pending.get(data.id);
      if (!call) return;
      if (data.type === 'progress') {
        call.onProgress?.(data.progress);
        return;
      }
      pending.delete(data.id);
      if (data.type === 'result') call.resolve(data.result as never);
      else call.reject(new StudioError(data.code, data.message));
    };
    fresh.onerror = (event) => {
      failAll(new StudioError('runtime', event.message || 'The worker could not start. Reload the page.'));
    };
    return fresh;
  }

  function failAll(error: Error): void {
    const calls = [...pending.values()];
    pending = new Map();
    for (const call of calls) call.reject(error);
  }

  function call<T extends Request['type']>(
    request: Extract<Request, { type: T }>,
    onProgress?: (progress: Progress) => void,
  ): Promise<Results[T]> {
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject, onProgress });
      worker.postMessage({ id, request });
    });
  }

  function open(onLoading: (share: number) => void): Promise<Opened> {
    const request = { type: 'open', base: document.baseURI, provider } as const;
    opened = call<'open'>(request, (progress) => {
      if (progress.type === 'loading') onLoading(progress.received / progress.total);
    });
    return opened;
  }

  async function restart(): Promise<Opened> {
    worker.terminate();
    failAll(new StudioError('cancelled', 'The fit was stopped.'));
    worker = spawn();
    const answer = await open(() => undefined);
    for (const [photo, file] of files) {
      const { picture } = await call<'look'>({ type: 'look', photo, file });
      picture.close();
    }
    return answer;
  }

  return {
    open,
    async look(photo, file) {
      await opened;
      const look = await call<'look'>({ type: 'look', photo, file });
      files.set(photo, file);
      return look;
    },
    async forget(photo) {
      files.delete(photo);
      await call<'forget'>({ type: 'forget', photo });
    },
    async *fit(faces, preset) {
      await opened;
      const steps: LiveStep[] = [];
      let wake: () => void = () => undefined;
      let isDone = false;
      const result = call<'fit'>({ type: 'fit', faces, preset }, (progress) => {
        if (progress.type === 'step') steps.push(progress.step);
        wake();
      });
      const end = () => {
        isDone = true;
        wake();
      };
      result.then(end, end);
      while (!isDone || steps.length > 0) {
        const step = steps.shift();
        if (step) yield step;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
      return result;
    },
    async reopen(list) {
      await opened;
      return call<'reopen'>({ type: 'reopen', files: list });
    },
    write: (kind) => call<'write'>({ type: 'write', kind }),
    async cancel() {
      const running = [...pending.keys()];
      void call<'cancel'>({ type: 'cancel' }).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, PATIENCE));
      if (running.some((id) => pending.has(id))) opened = restart();
    },
  };
}
