import { basename } from 'node:path';
import type { Reconstruction } from '@ganfit/core/asset';
import { GanfitError } from '@ganfit/core/error';
import { chooseFace, type Observation, observe } from '@ganfit/core/networks';
import { bestPhoto, type Combination } from './combine-photos.ts';
import { encodePng } from './encode-image.ts';
import { comparePhotos, type PhotoComparison } from './evaluate/compare-photos.ts';
import type { FitPhotoOptions } from './fit-photo.ts';
import { type Photo, readPhoto } from './image.ts';
import type { Io } from './io.ts';
import type { Kit } from './kit.ts';
import type { OutputFolder } from './output-folder.ts';
import { photoSheets } from './photo-sheets.ts';
import { type Progress, startProgress } from './progress.ts';
import { reportFile, resultFiles } from './result-files.ts';
import { failureOf, printResult, resultNotes } from './result-summary.ts';
import { type ChainState, runChain } from './run-chain.ts';
import { chooseFaces, findStrangers } from './same-person.ts';
import { showStage } from './stage-progress.ts';
import { keepUnfinished } from './unfinished-fit.ts';
import { isVideo, videoFrames } from './video-frames.ts';

/** How several photos of one person are fitted. */
export interface FitPersonOptions extends FitPhotoOptions {
  readonly combine: Combination;
  /** Frames taken of each video. */
  readonly frames: number;
  /** Takes photos of somebody else too. */
  readonly keepStrangers?: boolean;
}

interface NamedPhoto extends Photo {
  readonly name: string;
}

interface Seen {
  readonly name: string;
  readonly faces: readonly Observation[];
}

/**
 * From photos and videos of one person to one folder of results (paper Eq. 13).
 *
 * Photos without a face and photos of somebody else are reported and left out; the first photo that is left gives the light
 * of the texture and its name to the folder.
 *
 * @param lateKit Called once the photos are known to be some.
 * @throws GanfitError `input` when none of them can be fitted, then nothing is written, or the head lies beside the face in one
 *   of them; `runtime`, `cancelled`: then as {@link keepUnfinished} tells.
 */
export async function fitPerson(
  paths: readonly string[],
  options: FitPersonOptions,
  lateKit: () => Promise<Kit>,
  output: OutputFolder,
  io: Io,
): Promise<void> {
  const photos: NamedPhoto[] = [];
  for (const path of paths) photos.push(...(await photosOf(path, options.frames, io)));
  const folder = await output.claim(paths[0]);
  const kit = await lateKit();
  const start = performance.now();
  const title = photos.length === 1 ? photos[0].name : `${photos.length} photos`;
  const progress = startProgress(io, title);
  try {
    showStage(progress, 'observe', 0);
    const notes: string[] = [];
    const chosen = await choosePeople(photos, kit, options, notes, progress);
    const seconds: Record<string, number> = { observe: (performance.now() - start) / 1000 };
    const names = chosen.map(({ name }) => name);
    const observations = chosen.map(({ observation }) => observation);
    const [{ image, face }] = observations;
    const report = {
      photo: { name: names[0], width: image.width, height: image.height, face, faces: chosen[0].faces },
      fit: { preset: options.preset, seed: options.seed, expression: options.expression },
      seconds,
    };
    const listed = chosen.map(({ name, observation }) => ({ name, face: observation.face }));
    const combine = options.combine === 'average' ? ('average' as const) : ('joint' as const);
    const chain = { ...options, preset: options.plan, combine, signal: io.signal };
    const state: ChainState = { iterations: 0 };
    const result = await runChain(observations, kit, chain, progress, state).catch(async (error: unknown) => {
      progress.drop();
      seconds['total'] = (performance.now() - start) / 1000;
      const unfinished = { folder, photos: listed, report: { ...report, notes }, state };
      throw await keepUnfinished(error, unfinished, kit, output, io);
    });
    Object.assign(seconds, result.seconds);

    showStage(progress, 'preview', 0);
    const before = performance.now();
    const files = await resultFiles(listed, observations[0], result, kit, {
      ...options,
      formats: options.format,
    });
    const compared = await comparePhotos(observations, result, kit);
    if (observations.length > 1)
      files['photos.png'] = await encodePng(photoSheets(observations, result, kit));
    seconds['preview'] = (performance.now() - before) / 1000;
    seconds['total'] = (performance.now() - start) / 1000;
    notes.push(...resultNotes([observations[0]], observations[0], options.face, result));
    const failure = worstFailure(names, compared, result);
    files['report.json'] = reportFile({
      ...report,
      photos: compared.map((one, p) => ({
        name: names[p],
        landmarks: { error: one.landmarkError },
        identity: { cosine: one.cosine, judge: { distance: one.judge } },
      })),
      losses: result.losses,
      landmarks: { error: result.landmarkError },
      identity: { cosine: result.cosine, judge: { distance: result.judgeDistance } },
      digests: kit.digests,
      notes,
      ...(failure && { failure }),
    });
    if (io.signal.aborted)
      throw new GanfitError('cancelled', 'fit: stopped. Nothing of this person was written.');
    const place = await output.place(folder, files);
    progress.end();
    for (const note of notes) io.note(`${title}: ${note}`);
    printResult(io, place, files, result, seconds['total']);
    compared.forEach(({ judge, cosine, landmarkError }, p) => {
      const figures = `judge ${judge.toFixed(2)}, cosine ${cosine.toFixed(2)}, landmarks ${(100 * landmarkError).toFixed(1)} %`;
      io.print(`  ${names[p]}: ${figures}`);
    });
    // The files stay, so that one can see what went wrong; the exit code tells scripts.
    if (failure) throw new GanfitError('input', `fit: ${failure} Look at photos.png.`);
  } finally {
    progress.drop();
  }
}

/** Why the head of all photos is not to be used: one photo that it lies beside is enough; likeness is asked of the best. */
function worstFailure(
  names: readonly string[],
  compared: readonly PhotoComparison[],
  result: Reconstruction,
): string | undefined {
  const cosine = Math.max(...compared.map((one) => one.cosine));
  const reasons = compared.map(({ landmarkError }) => failureOf({ ...result, landmarkError, cosine }));
  const worst = reasons.findIndex((reason) => reason !== undefined);
  return worst < 0 ? undefined : `${names[worst]}: ${reasons[worst]}`;
}

async function photosOf(path: string, frames: number, io: Io): Promise<NamedPhoto[]> {
  const name = basename(path);
  if (!isVideo(path)) return [{ ...(await readPhoto(path)), name }];
  const list = await videoFrames(path, frames, io.signal);
  return list.map((photo, i) => ({ ...photo, name: `${name}, frame ${i + 1} of ${list.length}` }));
}

interface Chosen {
  readonly name: string;
  readonly observation: Observation;
  /** How many faces the photo shows. */
  readonly faces: number;
}

/** One face in every photo, all of one person. Adds to `notes` what was left out. */
async function choosePeople(
  photos: readonly NamedPhoto[],
  kit: Kit,
  options: FitPersonOptions,
  notes: string[],
  progress: Progress,
): Promise<Chosen[]> {
  const seen: Seen[] = [];
  for (const [i, photo] of photos.entries()) {
    showStage(progress, 'observe', i / photos.length);
    const faces = await observe(photo.image, kit.networks, { ...photo, smallest: options.minFace });
    if (faces.length > 0) seen.push({ name: photo.name, faces });
    else notes.push(`${photo.name}: no face found, left out.`);
  }
  if (seen.length === 0) {
    throw new GanfitError('input', 'fit: at least one photo must show a face, got none. Choose others.');
  }
  const largest = (faces: readonly Observation[]): Observation =>
    chooseFace(faces, options.face, undefined, options.minFace);
  const observations = chooseFaces(
    seen.map(({ faces }) => faces),
    largest,
  );
  const { cosines, middle, strangers } = findStrangers(observations.map(({ embedding }) => embedding));
  const everybody = seen.map(({ name, faces }, i) => ({
    name,
    observation: observations[i],
    faces: faces.length,
  }));
  for (const i of strangers) {
    notes.push(
      `${seen[i].name}: probably somebody else (cosine ${cosines[i].toFixed(2)} to ${seen[middle].name}), ` +
        (options.keepStrangers ? 'taken all the same.' : 'left out. --keep-strangers takes it.'),
    );
  }
  const kept = options.keepStrangers ? everybody : everybody.filter((_, i) => !strangers.includes(i));
  if (options.combine !== 'best' || kept.length === 1) return kept;
  const best = bestPhoto(
    kept.map(({ observation }) => observation),
    kit,
  );
  notes.push(`${kept[best].name} shows most of the face and is the one that was fitted (--combine best).`);
  return [kept[best]];
}
