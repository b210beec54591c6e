import '../build-values.ts';
import { GanfitError } from '@ganfit/core/error';
import type { Call, Progress, Reply, Results } from '../protocol.ts';
import { openSession, type Session } from './session.ts';

declare const self: DedicatedWorkerGlobalScope;

let session: Promise<Session> | undefined;
let stop = new AbortController();

self.onmessage = async ({ data: { id, request } }: MessageEvent<Call>) => {
  const report = (progress: Progress, transfer: Transferable[] = []) =>
    self.postMessage({ id, type: 'progress', progress } satisfies Reply, transfer);
  try {
    if (request.type === 'cancel') {
      stop.abort();
      finish(id, undefined);
      return;
    }
    if (request.type === 'open') {
      session ??= openSession(request, report);
      finish(id, (await session).opened);
      return;
    }
    if (!session) throw new GanfitError('input', 'worker: it must be opened before anything else.');
    stop = new AbortController();
    const { result, transfer } = await (await session).handle(request, report, stop.signal);
    finish(id, result, transfer);
  } catch (error) {
    // A session that could not be opened is tried afresh.
    if (request.type === 'open') session = undefined;
    const { message } = error as Error;
    const code = error instanceof GanfitError ? error.code : 'runtime';
    self.postMessage({ id, type: 'failure', code, message } satisfies Reply);
  }
};

function finish(id: number, result: Results[keyof Results], transfer: Transferable[] = []): void {
  self.postMessage({ id, type: 'result', result } satisfies Reply, transfer);
}
