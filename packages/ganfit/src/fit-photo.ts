import { basename } from 'node:path';
import { GanfitError } from '@ganfit/core/error';
import type { FitParameters, Preset, PresetName } from '@ganfit/core/fit';
import { chooseFace, observe } from '@ganfit/core/networks';
import type { GlbSettings } from './glb/settings.ts';
import { readPhoto } from './image.ts';
import type { Io } from './io.ts';
import type { Kit } from './kit.ts';
import type { MeshFormat } from './mesh-formats.ts';
import type { OutputFolder } from './output-folder.ts';
import { startProgress } from './progress.ts';
import { reportFile, resultFiles } from './result-files.ts';
import { failureOf, printResult, resultNotes } from './result-summary.ts';
import { type ChainState, runChain } from './run-chain.ts';
import { showStage } from './stage-progress.ts';
import { keepUnfinished } from './unfinished-fit.ts';

/** How one photo is fitted. */
export interface FitPhotoOptions extends GlbSettings {
  /** Which face, left to right from 0; the largest when absent. */
  readonly face?: number;
  /** Size of the smallest face that is fitted, pixels. */
  readonly minFace?: number;
  /** Name for the records. */
  readonly preset: PresetName;
  /** The preset with the user's own options. */
  readonly plan: Preset;
  readonly seed: number;
  readonly format: readonly MeshFormat[];
  readonly expression: 'neutral' | 'photo';
  /** An earlier fit of the same photo that this one goes on from. */
  readonly start?: FitParameters;
}

/**
 * From a photo's path to a folder of results, with progress.
 *
 * @param lateKit Called once the photo is known to be one.
 * @throws GanfitError `input` for a photo that cannot be fitted, then nothing of it is written, or whose head lies beside the
 *   face; `runtime` for a fit that lost its numbers, `cancelled`: then as {@link keepUnfinished} tells.
 */
export async function fitPhoto(
  path: string,
  options: FitPhotoOptions,
  lateKit: () => Promise<Kit>,
  output: OutputFolder,
  io: Io,
): Promise<void> {
  const name = basename(path);
  const photo = await readPhoto(path);
  const folder = await output.claim(path);
  const kit = await lateKit();
  const start = performance.now();
  const progress = startProgress(io, name);
  try {
    showStage(progress, 'observe', 0);
    const faces = await observe(photo.image, kit.networks, { ...photo, smallest: options.minFace });
    const observation = chooseFace(faces, options.face, path, options.minFace);
    const seconds: Record<string, number> = { observe: (performance.now() - start) / 1000 };
    const report = {
      photo: {
        name,
        width: photo.image.width,
        height: photo.image.height,
        face: observation.face,
        faces: faces.length,
      },
      fit: { preset: options.preset, seed: options.seed, expression: options.expression },
      seconds,
    };
    const chain = { ...options, preset: options.plan, signal: io.signal };
    const state: ChainState = { iterations: 0 };
    const result = await runChain([observation], kit, chain, progress, state).catch(
      async (error: unknown) => {
        progress.drop();
        seconds['total'] = (performance.now() - start) / 1000;
        const photos = [{ name, face: observation.face }];
        const unfinished = { folder, photos, report: { ...report, notes: [] }, state };
        throw await keepUnfinished(error, unfinished, kit, output, io);
      },
    );
    Object.assign(seconds, result.seconds);

    showStage(progress, 'preview', 0);
    const before = performance.now();
    const files = await resultFiles(name, observation, result, kit, { ...options, formats: options.format });
    seconds['preview'] = (performance.now() - before) / 1000;
    seconds['total'] = (performance.now() - start) / 1000;
    const notes = resultNotes(faces, observation, options.face, result);
    const failure = failureOf(result);
    files['report.json'] = reportFile({
      ...report,
      losses: result.losses,
      landmarks: { error: result.landmarkError },
      identity: { cosine: result.cosine, judge: { distance: result.judgeDistance } },
      digests: kit.digests,
      notes,
      ...(failure && { failure }),
    });
    throwIfStopped(io.signal);
    const place = await output.place(folder, files);
    progress.end();
    for (const note of notes) io.note(`${name}: ${note}`);
    printResult(io, place, files, result, seconds['total']);
    // The files stay, so that one can see what went wrong; the exit code tells scripts.
    if (failure) throw new GanfitError('input', `fit: ${name}: ${failure} Look at preview.png.`);
  } finally {
    progress.drop();
  }
}

function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new GanfitError('cancelled', 'fit: stopped. Nothing of this photo was written.');
}
