import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { listPhotos, readIds } from '../unwrap/photo-list.ts';
import { unwrapPhotos } from '../unwrap/unwrap-photos.ts';
import { serveJobs, WORKER_COMMAND } from '../unwrap/worker-pool.ts';

/** What a user can ask for. */
interface UnwrapFlags {
  readonly output: string;
  readonly size: string;
  readonly layout: 'atlas' | 'cylinder';
  readonly workers: number;
  readonly limit?: number;
  readonly heldOut?: string;
  readonly exclude?: string;
  readonly shape?: string;
  readonly offline?: boolean;
}

/** `ganfit texture unwrap PHOTO… -o DATASET`: a data set of textures from photos. */
export function unwrapCommand(io: Io, exit: (code: ExitCode) => void): Command {
  return new Command('unwrap')
    .description(
      'make a data set of skin textures of photos; a second call goes on where the first one ended',
    )
    .argument('<photo...>', 'pictures, or folders of them')
    .requiredOption('-o, --output <folder>', 'the data set')
    .addOption(
      new Option('--size <texels>', 'edge of the textures').choices(['256', '512', '1024']).default('512'),
    )
    .addOption(
      new Option('--layout <name>', 'of the UV: the atlas of the model, or the mean unrolled from a cylinder')
        .choices(['atlas', 'cylinder'])
        .default('atlas'),
    )
    .option('--workers <number>', 'processes', positive, availableParallelism())
    .option('--limit <number>', 'only the first photos', positive)
    .option('--held-out <file>', 'ids of photos that no model may learn from, one a line, * for anything')
    .option('--exclude <file>', 'ids of photos to leave out, one a line, * for anything')
    .option('--shape <file>', 'another shape model')
    .option('--offline', 'never touch the network')
    .action(async (places: string[], flags: UnwrapFlags) => exit(await unwrap(places, flags, io)));
}

/** What `unwrap` starts as further processes; nothing for users. */
export function unwrapWorkerCommand(): Command {
  return new Command(WORKER_COMMAND).action(() => serveJobs());
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}

async function unwrap(places: readonly string[], flags: UnwrapFlags, io: Io): Promise<ExitCode> {
  const none = (): boolean => false;
  const heldOut = flags.heldOut === undefined ? none : await readIds(flags.heldOut);
  const excluded = flags.exclude === undefined ? none : await readIds(flags.exclude);
  const photos = (await listPhotos(places)).slice(0, flags.limit);
  const { output: dataset, size, layout, workers, shape, offline } = flags;
  const setup = { dataset, size: Number(size), layout, shape, offline };
  await unwrapPhotos(photos, heldOut, setup, workers, io, excluded);
  return 0;
}
