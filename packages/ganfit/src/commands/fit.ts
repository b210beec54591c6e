import { basename } from 'node:path';
import { type Reconstruction, reconstruct, STAGES } from '@ganfit/core/asset';
import { GanfitError } from '@ganfit/core/error';
import { PRESETS, type PresetName } from '@ganfit/core/fit';
import { chooseFace, faceSize, type Observation, observe } from '@ganfit/core/networks';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type ExitCode, errorText, exitCodeOf } from '../exit-code.ts';
import { readPhoto } from '../image.ts';
import type { Io } from '../io.ts';
import { type Kit, loadKit } from '../kit.ts';
import { type OutputFolder, openOutputFolder } from '../output-folder.ts';
import { type Progress, startProgress } from '../progress.ts';
import { MESH_FORMATS, type MeshFormat, reportFile, resultFiles } from '../result-files.ts';

/** What a user can ask for. */
export interface FitOptions {
  readonly output: string;
  readonly face?: number;
  readonly preset: PresetName;
  readonly seed: number;
  readonly format: readonly MeshFormat[];
  readonly expression: 'neutral' | 'photo';
  readonly shape?: string;
  readonly offline?: boolean;
}

/** Share of the whole time that is over when a stage begins, for the bar; measured on two cores. */
const BEGINS: Readonly<Record<string, number>> = {
  observe: 0,
  align: 0.02,
  fit: 0.05,
  texture: 0.65,
  assemble: 0.8,
  compare: 0.84,
  preview: 0.88,
};

const LABELS: Readonly<Record<string, string>> = {
  observe: 'looking for the face',
  align: 'aligning the head',
  fit: 'fitting shape, expression, camera and light',
  texture: 'painting the texture',
  assemble: 'assembling the head',
  compare: 'comparing with the photo',
  preview: 'writing files',
};

/** `ganfit fit PHOTO…`: one head per photo. */
export function fitCommand(io: Io, exit: (code: ExitCode) => void): Command {
  return new Command('fit')
    .description('make a textured 3D head of the face in each photo')
    .argument('<photo...>', 'JPEG, PNG, WebP, TIFF, AVIF or GIF')
    .option('-o, --output <folder>', 'folder of the results, one sub-folder per photo', 'ganfit-out')
    .option(
      '--face <number>',
      'which face of the photo, left to right from 0 (default: the largest)',
      wholeNumber,
    )
    .addOption(
      new Option('--preset <name>', 'how thorough the fit is')
        .choices(Object.keys(PRESETS))
        .default('default'),
    )
    .option('--seed <number>', 'start of every random number', wholeNumber, 0)
    .addOption(
      new Option('--format <list>', `mesh files, some of ${MESH_FORMATS.join(',')}`)
        .argParser(meshFormats)
        .default(['glb'], 'glb'),
    )
    .addOption(
      new Option('--expression <which>', 'base mesh of the head')
        .choices(['neutral', 'photo'])
        .default('neutral'),
    )
    .option(
      '--shape <file>',
      'another shape model: one of ours, or ICT-FaceKit Light as one safetensors file',
    )
    .option('--offline', 'never touch the network')
    .action(async (photos: string[], options: FitOptions) => exit(await fitPhotos(photos, options, io)));
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0.');
  return Number(text);
}

function meshFormats(text: string): MeshFormat[] {
  const names = [...new Set(text.split(',').map((name) => name.trim().toLowerCase()))];
  const known = names.filter((name): name is MeshFormat => MESH_FORMATS.some((format) => format === name));
  if (known.length < names.length) {
    throw new InvalidArgumentError(`It must be some of ${MESH_FORMATS.join(',')}, separated by commas.`);
  }
  return known;
}

/** Fits all photos; a bad one does not stop the rest. */
async function fitPhotos(photos: readonly string[], options: FitOptions, io: Io): Promise<ExitCode> {
  const output = await openOutputFolder(options.output);
  let kit: Promise<Kit> | undefined;
  // A photo that cannot be read needs no networks, so they wait for the first one that can.
  const lateKit = (): Promise<Kit> => (kit ??= openKit(options, io));
  let worst: ExitCode = 0;
  let done = 0;
  try {
    for (const path of photos) {
      try {
        await fitPhoto(path, options, lateKit, output, io);
        done++;
      } catch (error) {
        const code = exitCodeOf(error);
        // Without networks, or when the user stops, the other photos fare no better.
        const hopeless = code === 130 || (await kit?.then(() => false).catch(() => true));
        if (hopeless) throw error;
        io.note(errorText(error));
        if (worst !== 1) worst = code;
      }
    }
  } finally {
    await output.close();
  }
  const seconds = (performance.now() / 1000).toFixed(1);
  const what = photos.length === 1 ? `${done} photo` : `${done} of ${photos.length} photos`;
  if (done > 0 || photos.length > 1) io.print(`${what} in ${seconds} s, from start to end`);
  return worst;
}

async function openKit(options: FitOptions, io: Io): Promise<Kit> {
  const { shape, offline } = options;
  const progress = startProgress(io, 'models');
  progress.step({ label: 'loading', fraction: 0 });
  try {
    const onProgress = (spec: string, received: number, total: number): void =>
      progress.step({ label: `fetching ${spec}`, fraction: received / total });
    const kit = await loadKit({ shape, offline, signal: io.signal, onProgress });
    progress.end();
    return kit;
  } finally {
    progress.drop();
  }
}

async function fitPhoto(
  path: string,
  options: FitOptions,
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
    show(progress, 'observe', 0);
    const faces = await observe(photo.image, kit.networks, photo);
    const observation = chooseFace(faces, options.face, path);
    const seconds: Record<string, number> = { observe: (performance.now() - start) / 1000 };
    const result = await runChain(observation, kit, options, progress, io);
    Object.assign(seconds, result.seconds);

    show(progress, 'preview', 0);
    const before = performance.now();
    const files = await resultFiles(name, observation, result, kit, { ...options, formats: options.format });
    seconds['preview'] = (performance.now() - before) / 1000;
    seconds['total'] = (performance.now() - start) / 1000;
    const notes = faceNotes(faces, observation, options);
    files['report.json'] = reportFile({
      photo: {
        name,
        width: photo.image.width,
        height: photo.image.height,
        face: observation.face,
        faces: faces.length,
      },
      fit: { preset: options.preset, seed: options.seed, expression: options.expression },
      seconds,
      losses: result.losses,
      landmarks: { error: result.landmarkError },
      identity: { cosine: result.cosine, judge: { distance: result.judgeDistance } },
      digests: kit.digests,
      notes,
    });
    throwIfStopped(io.signal);
    const place = await output.place(folder, files);
    progress.end();
    for (const note of notes) io.note(`${name}: ${note}`);
    printResult(io, place, files, result, seconds['total']);
  } finally {
    progress.drop();
  }
}

async function runChain(
  observation: Observation,
  kit: Kit,
  options: FitOptions,
  progress: Progress,
  io: Io,
): Promise<Reconstruction> {
  const steps = reconstruct([observation], kit, { ...options, signal: io.signal });
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
    show(progress, step.value.stage, step.value.fraction);
    // Signals arrive only when the loop of events turns.
    await new Promise((turn) => setImmediate(turn));
  }
}

function show(progress: Progress, stage: string, fraction: number): void {
  const names = ['observe', ...STAGES, 'preview'];
  const begin = BEGINS[stage];
  const end = BEGINS[names[names.indexOf(stage) + 1]] ?? 1;
  progress.step({ label: LABELS[stage], fraction: begin + fraction * (end - begin) });
}

/** Names the faces that were not taken. */
function faceNotes(faces: readonly Observation[], chosen: Observation, options: FitOptions): string[] {
  if (faces.length === 1) return [];
  const others = faces
    .filter((face) => face !== chosen)
    .map(
      ({ face, box }) =>
        `${face} (${Math.round(faceSize(box))} px, at ${Math.round(box.x)}, ${Math.round(box.y)})`,
    );
  const why = options.face === undefined ? 'the largest' : 'as asked';
  return [
    `${faces.length} faces; number ${chosen.face} was fitted, ${why}. The others: ${others.join(', ')}. Choose with --face.`,
  ];
}

function printResult(
  io: Io,
  folder: string,
  files: Readonly<Record<string, Uint8Array | string>>,
  result: Reconstruction,
  total: number,
): void {
  io.print(`${folder}  (${total.toFixed(1)} s)`);
  for (const [file, content] of Object.entries(files)) {
    io.print(`  ${file.padEnd(12)} ${megabytes(content.length)}`);
  }
  io.print(
    `  landmark error ${(100 * result.landmarkError).toFixed(1)} %, identity cosine ${result.cosine.toFixed(2)}, ` +
      `judge distance ${result.judgeDistance.toFixed(2)}`,
  );
}

function megabytes(bytes: number): string {
  return bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new GanfitError('cancelled', 'fit: stopped. Nothing of this photo was written.');
}
