import { GanfitError } from '@ganfit/core/error';
import { type Kit, loadKit, openRuntimes, type WebRuntimes } from '@ganfit/web';
import type { Opened, Progress, Request, Results } from '../protocol.ts';
import { chooseProvider } from './choose-provider.ts';
import { type FittedFace, fitFaces } from './fit-faces.ts';
import { type KnownPhoto, lookAt } from './look.ts';
import { reopen } from './reopen.ts';
import { writeDownload } from './write-download.ts';

/** Reports what happens on the way. */
export type Report = (progress: Progress, transfer?: Transferable[]) => void;

/** A result, and what of it is handed over instead of copied. */
export interface Answer<R extends Results[keyof Results] = Results[keyof Results]> {
  readonly result: R;
  readonly transfer?: Transferable[];
}

/** Everything that the worker remembers between requests. */
export interface Session {
  readonly opened: Opened;
  handle(
    request: Exclude<Request, { type: 'open' | 'cancel' }>,
    report: Report,
    signal: AbortSignal,
  ): Promise<Answer>;
}

/** Loads runtime and models, and decides where the fit computes. */
export async function openSession(
  request: Extract<Request, { type: 'open' }>,
  report: Report,
): Promise<Session> {
  const url = (path: string) => new URL(path, request.base).href;
  const choice = await chooseProvider(request.provider);
  const runtimes = await openRuntimes({ runtimeFiles: url(BUILD.RUNTIME_FILES) }, choice.wanted === 'webgpu');
  let kit = await loadKit(url(BUILD.MODELS), runtimes, {
    onProgress: (received, total) => report({ type: 'loading', received, total }),
  });
  const { provider, measured } = await choice.decide(runtimes, kit);
  if (provider === 'wasm') kit = { ...kit, runtime: runtimes.wasm };
  const opened: Opened = {
    provider,
    adapter: choice.adapter?.name,
    isSoftwareAdapter: choice.adapter?.isSoftware ?? false,
    threads: runtimes.threads,
    measured,
    triangles: Uint32Array.from(kit.model.parts.flatMap(({ triangles }) => [...triangles])),
  };
  return { opened, handle: handler(kit, runtimes) };
}

function handler(kit: Kit, runtimes: WebRuntimes): Session['handle'] {
  const photos = new Map<number, KnownPhoto>();
  let face: FittedFace | undefined;
  return async (request, report, signal) => {
    if (request.type === 'look') {
      const { known, answer } = await lookAt(request.file, kit);
      photos.set(request.photo, known);
      return answer;
    }
    if (request.type === 'forget') {
      photos.delete(request.photo);
      return { result: undefined };
    }
    if (request.type === 'fit') {
      const chosen = request.faces.map(({ photo, face: number }) => {
        const known = photos.get(photo);
        if (known) return { name: known.name, observation: known.observations[number] };
        throw new GanfitError('input', `fit: photo ${photo} must have been looked at. Add it again.`);
      });
      const done = await fitFaces(chosen, kit, runtimes, request.preset, report, signal);
      face = done.face;
      return done.answer;
    }
    if (request.type === 'reopen') {
      const done = await reopen(request.files, kit, runtimes.wasm);
      face = done.face;
      return done.answer;
    }
    if (!face) throw new GanfitError('input', 'write: there must be a head. Make one first.');
    return { result: await writeDownload(request.kind, face, kit) };
  };
}
