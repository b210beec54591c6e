import { GanfitError } from '@ganfit/core/error';
import { DEFAULT_PRESET, overridePreset, PRESETS } from '@ganfit/core/fit';
import { SMALLEST_FACE } from '@ganfit/core/networks';
import { Command, InvalidArgumentError, Option } from 'commander';
import { COMBINATIONS } from '../combine-photos.ts';
import { type ExitCode, errorText, exitCodeOf } from '../exit-code.ts';
import { type FitPersonOptions, fitPerson } from '../fit-person.ts';
import { fitPhoto } from '../fit-photo.ts';
import { addGlbOptions } from '../glb/options.ts';
import type { Io } from '../io.ts';
import { type Kit, loadKit } from '../kit.ts';
import { formatOption } from '../mesh-formats.ts';
import { openOutputFolder } from '../output-folder.ts';
import { startProgress } from '../progress.ts';
import { checkResume, readResume } from '../resume-file.ts';
import { isVideo } from '../video-frames.ts';
import { MESH_MEANS, PARSING_MEANS } from './kit-options.ts';

/** What a user can ask for. */
interface FitFlags extends Omit<FitPersonOptions, 'plan'> {
  readonly set: readonly string[];
  readonly detail?: 'photo' | 'none';
  readonly texture?: string;
  readonly parsing?: string;
  readonly mesh?: boolean;
  readonly output: string;
  readonly samePerson?: boolean;
  readonly resume?: string;
  readonly shape?: string;
  readonly offline?: boolean;
}

/** `ganfit fit PHOTO…`: one head per photo. */
export function fitCommand(io: Io, exit: (code: ExitCode) => void): Command {
  const command = new Command('fit')
    .description('make a textured 3D head of the face in each photo')
    .argument('<photo...>', 'JPEG, PNG, WebP, TIFF, AVIF or GIF; or a video, which ffmpeg must be there for')
    .option('-o, --output <folder>', 'folder of the results, one sub-folder per photo', 'ganfit-out')
    .option(
      '--face <number>',
      'which face of the photo, left to right from 0 (default: the largest)',
      wholeNumber,
    )
    .option('--min-face <pixels>', 'smallest face that is fitted', faceSizeOption, SMALLEST_FACE)
    .addOption(
      new Option('--preset <name>', 'how thorough the fit is')
        .choices(Object.keys(PRESETS))
        .default(DEFAULT_PRESET),
    )
    .option(
      '--set <path=value>',
      'an option of the preset, such as weights.pixel=0 or light=phong; may be given again',
      (setting: string, before: readonly string[]) => [...before, setting],
      [] as readonly string[],
    )
    .addOption(
      new Option('--detail <which>', 'skin: the model’s refined by the photo, or the model’s alone').choices([
        'photo',
        'none',
      ]),
    )
    .option('--seed <number>', 'start of every random number', wholeNumber, 0)
    .addOption(formatOption())
    .addOption(
      new Option('--expression <which>', 'base mesh of the head')
        .choices(['neutral', 'photo'])
        .default('neutral'),
    )
    .option(
      '--shape <file>',
      'another shape model: one of ours, or ICT-FaceKit Light as one safetensors file',
    )
    .option('--same-person', 'all photos show one person: one head of all of them')
    .addOption(
      new Option('--combine <how>', 'what several photos of one person share, or the best of them alone')
        .choices(COMBINATIONS)
        .default('joint'),
    )
    .option('--frames <number>', 'frames taken of a video, evenly spread', wholeNumber, 5)
    .option('--keep-strangers', 'with --same-person: take photos of somebody else too')
    .option('--resume <file>', 'go on from the face.json of an earlier or stopped fit of the same photo')
    .option(
      '--texture <file>',
      'another texture model: `gan` (pores and wrinkles, best with --detail none), or a file made by `ganfit texture`',
    )
    .option('--parsing <file>', PARSING_MEANS)
    .option('--mesh', MESH_MEANS)
    .option('--offline', 'never touch the network')
    .action(async (photos: string[], options: FitFlags) => exit(await fitPhotos(photos, options, io)));
  return addGlbOptions(command);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0.');
  return Number(text);
}

/** Below this the landmark network sees less than one pixel of the photo in two of its own. */
const LEAST_FACE = 20;

function faceSizeOption(text: string): number {
  const pixels = wholeNumber(text);
  if (pixels < LEAST_FACE) throw new InvalidArgumentError(`It must be a whole number from ${LEAST_FACE}.`);
  return pixels;
}

/** Fits all photos; a bad one does not stop the rest. */
async function fitPhotos(photos: readonly string[], flags: FitFlags, io: Io): Promise<ExitCode> {
  const settings = [...flags.set, ...(flags.detail ? [`detail=${flags.detail}`] : [])];
  const resume = flags.resume === undefined ? undefined : await readResume(flags.resume);
  if (resume && photos.length > 1 && !flags.samePerson) {
    throw new GanfitError(
      'input',
      `resume: a fit must go on with its own photo, got ${photos.length}. Give one, or all of the person with --same-person.`,
    );
  }
  const options = {
    ...flags,
    // Which of several faces was fitted is known.
    ...(resume && !flags.samePerson && { face: flags.face ?? resume.photos[0].face }),
    plan: overridePreset(PRESETS[flags.preset], settings),
    start: resume?.parameters,
  };
  const output = await openOutputFolder(options.output);
  let kit: Promise<Kit> | undefined;
  // A photo that cannot be read needs no networks, so they wait for the first one that can.
  const lateKit = async (): Promise<Kit> => {
    kit ??= openKit(options, io);
    const opened = await kit;
    if (resume) checkResume(resume, opened);
    return opened;
  };
  let worst: ExitCode = 0;
  let done = 0;
  try {
    for (const path of options.samePerson ? [photos] : photos) {
      try {
        if (typeof path === 'string' && !isVideo(path)) await fitPhoto(path, options, lateKit, output, io);
        else await fitPerson(typeof path === 'string' ? [path] : path, options, lateKit, output, io);
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
  const kind = isVideo(photos[0]) ? 'video' : 'photo';
  const single = photos.length === 1 ? `${done} ${kind}` : `${done} of ${photos.length} photos`;
  const what = options.samePerson ? `${done} person` : single;
  if (done > 0 || photos.length > 1) io.print(`${what} in ${seconds} s, from start to end`);
  return worst;
}

async function openKit(options: FitFlags, io: Io): Promise<Kit> {
  const { shape, texture, parsing, mesh, offline } = options;
  const progress = startProgress(io, 'models');
  progress.step({ label: 'loading', fraction: 0 });
  try {
    const onProgress = (spec: string, received: number, total: number): void =>
      progress.step({ label: `fetching ${spec}`, fraction: received / total });
    const kit = await loadKit({ shape, texture, parsing, mesh, offline, signal: io.signal, onProgress });
    progress.end();
    return kit;
  } finally {
    progress.drop();
  }
}
