import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GanfitError } from '@ganfit/core/error';
import type { Runtime } from '@ganfit/core/runtime';
import {
  GAN_ARCHITECTURE,
  type GanPhase,
  type GanStep,
  type GanTrainingOptions,
  type GanTrainingState,
  loadGenerator,
  readCheckpoint,
  startTraining,
  type TextureSet,
  trainedGenerator,
  trainGan,
  writeCheckpoint,
  writeGenerator,
} from '@ganfit/core/texture';
import { Command, Option } from 'commander';
import { encodePng } from '../encode-image.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { type Progress, startProgress } from '../progress.ts';
import { nodeRuntime } from '../runtime.ts';
import { sampleSheet } from '../texture/sample-sheet.ts';
import { readTextureSet } from '../texture/texture-set.ts';
import { writeWholeFile } from '../texture/whole-file.ts';

interface TrainFlags {
  readonly output: string;
  readonly resolution: number;
  readonly resume?: boolean;
  readonly phases?: readonly GanPhase[];
  readonly images: number;
  readonly widths?: readonly number[];
  readonly latent: number;
  readonly batch: number;
  readonly loss: 'wgan-gp' | 'non-saturating';
  readonly penalty?: number;
  readonly penaltyEvery: number;
  readonly rate: number;
  readonly augment: number | 'adaptive';
  readonly mirror: boolean;
  readonly seed: number;
  readonly provider: string;
  readonly threads?: number;
  readonly minutes: number;
}

const CHECKPOINT = 'checkpoint.safetensors';

/** `ganfit texture train-gan`: progressive growing on a folder of textures. */
export function trainGanCommand(io: Io, exit: (code: ExitCode) => void): Command {
  const option = (flags: string, text: string, value: unknown, parse: (text: string) => unknown = number) =>
    new Option(flags, text).default(value).argParser(parse);
  return new Command('train-gan')
    .description(
      'train a progressively grown generator of textures; stop at any time and go on with --resume',
    )
    .argument('<dataset>', 'folder of `ganfit texture unwrap`, or of square pictures')
    .requiredOption('-o, --output <dir>', 'folder for checkpoint, samples, metrics and the trained generator')
    .addOption(option('--resolution <n>', 'largest resolution', 64))
    .option('--resume', 'go on from the checkpoint in the output folder')
    .addOption(option('--images <n>', 'real pictures shown in each phase', 20_000))
    .option('--phases <list>', 'resolutions with their pictures, such as 8:5000,16:10000', phases)
    .option('--widths <list>', 'channels from 4 x 4 up, such as 64,64,64,32,16', list)
    .addOption(option('--latent <n>', 'numbers of a latent', GAN_ARCHITECTURE.latentSize))
    .addOption(option('--batch <n>', 'pictures in a step, a multiple of 4', 16))
    .addOption(new Option('--loss <kind>').choices(['wgan-gp', 'non-saturating']).default('wgan-gp'))
    .option('--penalty <n>', 'factor of the gradient penalty; 10 for wgan-gp, 1 for non-saturating', number)
    .addOption(option('--penalty-every <n>', 'the penalty in every so-manieth step only', 1))
    .addOption(option('--rate <n>', 'learning rate', 1e-3))
    .addOption(
      option('--augment <p>', 'probability of each augmentation, or adaptive', 0, (text) =>
        text === 'adaptive' ? text : number(text),
      ),
    )
    .option('--no-mirror', 'do not mirror the pictures')
    .addOption(option('--seed <n>', 'of all random numbers', 0))
    .option('--provider <name>', 'execution provider: cpu, webgpu or cuda', 'cpu')
    .option('--threads <n>', 'processors', number)
    .addOption(option('--minutes <n>', 'between checkpoints and sheets of samples', 5))
    .action(async (dataset: string, flags: TrainFlags) => exit(await train(dataset, flags, io)));
}

async function train(dataset: string, flags: TrainFlags, io: Io): Promise<ExitCode> {
  const options = optionsOf(flags);
  const resolution = options.phases[options.phases.length - 1].resolution;
  await mkdir(flags.output, { recursive: true });
  const saved = await readFile(join(flags.output, CHECKPOINT)).catch(() => undefined);
  if (saved && !flags.resume) {
    throw new GanfitError(
      'input',
      `train-gan: ${flags.output} must hold no other training, got a checkpoint. Go on from it with --resume, or choose another folder.`,
    );
  }
  const set = await readTextureSet(dataset, resolution, io.note);
  const architecture = options.architecture ?? GAN_ARCHITECTURE;
  const state = saved
    ? readCheckpoint(new Uint8Array(saved), { architecture, topologyDigest: set.topologyDigest })
    : startTraining(architecture, flags.seed, set.topologyDigest);
  io.note(`${set.count} textures, ${saved ? 'from' : 'starting at'} picture ${state.images}`);
  const runtime = nodeRuntime({ executionProviders: [flags.provider], threads: flags.threads });
  await follow({ runtime, set, options, state, flags, io });
  return 0;
}

interface Training {
  readonly runtime: Runtime;
  readonly set: TextureSet;
  readonly options: GanTrainingOptions;
  readonly state: GanTrainingState;
  readonly flags: TrainFlags;
  readonly io: Io;
}

async function follow({ runtime, set, options, state, flags, io }: Training): Promise<void> {
  const total = options.phases.reduce((sum, { images }) => sum + images, 0);
  const bar: Progress | undefined = io.terminal ? startProgress(io, 'train-gan') : undefined;
  let resolution = options.phases[0].resolution;
  let told = { time: Date.now(), images: state.images };
  let stored = Date.now();
  const store = async (): Promise<void> => {
    await writeWholeFile(join(flags.output, CHECKPOINT), writeCheckpoint(state));
    const generator = writeGenerator(trainedGenerator(state, 'texture-gan', resolution));
    await writeWholeFile(join(flags.output, 'texture-gan.safetensors'), generator);
    const sheet = await encodePng(await sampleSheet(runtime, loadGenerator(generator), resolution));
    await writeWholeFile(join(flags.output, `samples-${String(state.images).padStart(8, '0')}.png`), sheet);
    stored = Date.now();
  };
  const onStep = async (step: GanStep): Promise<void> => {
    resolution = step.resolution;
    const elapsed = (Date.now() - told.time) / 1000;
    if (elapsed >= (bar ? 1 : 15)) {
      const perSecond = (state.images - told.images) / elapsed;
      const line = describe(step, perSecond, options.phases.length);
      if (bar) bar.step({ label: line, fraction: state.images / total });
      else io.note(`${line}, ${Math.ceil((total - state.images) / perSecond / 60)} min left at this speed`);
      const { alpha, discriminatorLoss, generatorLoss } = step;
      const { images, augmentation, realSign } = state;
      await appendFile(
        join(flags.output, 'metrics.jsonl'),
        `${JSON.stringify({ images, resolution, alpha, discriminatorLoss, generatorLoss, augmentation, realSign, perSecond })}\n`,
      );
      told = { time: Date.now(), images: state.images };
    }
    if (Date.now() - stored > 60_000 * flags.minutes) await store();
  };
  try {
    await trainGan(runtime, set, options, { state, onStep, signal: io.signal });
    await store();
  } finally {
    bar?.end();
  }
  if (io.signal.aborted) throw new GanfitError('cancelled', 'train-gan: stopped. Go on with --resume.');
  io.print(join(flags.output, 'texture-gan.safetensors'));
}

function describe(
  { state, phase, resolution, alpha, ...losses }: GanStep,
  perSecond: number,
  count: number,
): string {
  return (
    `picture ${state.images}, phase ${phase + 1} of ${count}, ${resolution} x ${resolution}` +
    `${alpha < 1 ? ` (${Math.round(100 * alpha)} %)` : ''}, losses ${losses.discriminatorLoss.toFixed(2)} and ` +
    `${losses.generatorLoss.toFixed(2)}, ${perSecond.toFixed(1)} pictures/s`
  );
}

function optionsOf(flags: TrainFlags): GanTrainingOptions {
  const levels = Math.log2(flags.resolution) - 1;
  const usual = Array.from({ length: Math.max(1, levels - 1) }, (_, i) => ({
    resolution: Math.min(8 << i, flags.resolution),
    images: flags.images,
  }));
  const grown = flags.phases ?? usual;
  const top = Math.log2(grown[grown.length - 1].resolution) - 1;
  return {
    architecture: {
      latentSize: flags.latent,
      widths: flags.widths ?? GAN_ARCHITECTURE.widths.slice(0, top),
    },
    phases: grown,
    batch: flags.batch,
    loss: { kind: flags.loss, penalty: flags.penalty },
    penaltyEvery: flags.penaltyEvery,
    learningRate: flags.rate,
    augmentation: flags.augment,
    mirror: flags.mirror,
    seed: flags.seed,
  };
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new GanfitError('input', `train-gan: an option must be a number, got "${text}".`);
}

function list(text: string): number[] {
  return text.split(',').map(number);
}

function phases(text: string): GanPhase[] {
  return text.split(',').map((part) => {
    const [resolution, images] = part.split(':').map(number);
    return { resolution, images };
  });
}
