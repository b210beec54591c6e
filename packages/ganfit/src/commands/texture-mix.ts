import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GanfitError } from '@ganfit/core/error';
import { randomStream } from '@ganfit/core/random';
import { mixRecipe, mixStock, mixTexture } from '@ganfit/core/texture';
import { Command, InvalidArgumentError, Option } from 'commander';
import sharp from 'sharp';
import type { Io } from '../io.ts';
import { startProgress } from '../progress.ts';
import { readShape } from '../shape-file.ts';
import { readTextureSet } from '../texture/texture-set.ts';
import { writeWholeFile } from '../texture/whole-file.ts';

interface MixFlags {
  readonly output: string;
  readonly count: number;
  readonly resolution: number;
  readonly quality: number;
  readonly seed: number;
  readonly shape?: string;
}

/** Rows and columns of the contact sheet, and the edge of its pictures. */
const SHEET = { rows: 8, columns: 8, tile: 192 } as const;

/** `ganfit texture mix DATASET -o MIXED`: many plausible people out of few real ones. */
export function mixCommand(io: Io): Command {
  return new Command('mix')
    .description('make new textures of old ones: parts, fine detail and tones of people of similar skin')
    .argument('<dataset>', 'folder of `ganfit texture unwrap` or `pack`')
    .requiredOption('-o, --output <dir>', 'folder for the new textures')
    .addOption(new Option('--count <n>', 'how many').default(10_000).argParser(whole))
    .addOption(new Option('--resolution <n>', 'edge of the textures').default(512).argParser(whole))
    .addOption(new Option('--quality <n>', 'of the WebP files, 1 to 100').default(88).argParser(whole))
    .addOption(new Option('--seed <n>', 'other mixtures').default(0).argParser(whole))
    .option('--shape <file>', 'another shape model')
    .action(async (dataset: string, flags: MixFlags) => mix(dataset, flags, io));
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

async function mix(dataset: string, flags: MixFlags, io: Io): Promise<void> {
  const { output, count, resolution, quality, seed } = flags;
  const { model } = await readShape(flags.shape);
  const set = await readTextureSet(dataset, resolution, io.note);
  if (set.topologyDigest !== '' && set.topologyDigest !== model.topologyDigest) {
    throw new GanfitError(
      'input',
      `texture mix: the UV layout must be ${model.topologyDigest.slice(0, 12)}, got ${set.topologyDigest.slice(0, 12)}. ` +
        'Unwrap the photos again, or give the model that they were unwrapped with by --shape.',
    );
  }
  const stock = mixStock(set, model);
  await mkdir(output, { recursive: true });
  const tiles: { input: Buffer; left: number; top: number }[] = [];
  const progress = startProgress(io, 'texture mix');
  try {
    for (let n = 0; n < count; n++) {
      if (io.signal.aborted) throw new GanfitError('cancelled', 'texture mix: stopped.');
      // Each has a stream of its own, so that a longer run begins with the same people.
      const planar = mixTexture(stock, mixRecipe(stock, randomStream(seed + n, 'mix')));
      const plane = resolution * resolution;
      const rgb = Uint8Array.from(
        { length: 3 * plane },
        (_, i) => planar[(i % 3) * plane + Math.floor(i / 3)],
      );
      const picture = sharp(rgb, { raw: { width: resolution, height: resolution, channels: 3 } });
      const bytes = await picture.clone().webp({ quality, smartSubsample: true, effort: 2 }).toBuffer();
      await writeWholeFile(join(output, `${String(n).padStart(6, '0')}.webp`), bytes);
      if (n < SHEET.rows * SHEET.columns) {
        const input = await picture.resize(SHEET.tile, SHEET.tile).png().toBuffer();
        const [row, column] = [Math.floor(n / SHEET.columns), n % SHEET.columns];
        tiles.push({ input, left: column * SHEET.tile, top: row * SHEET.tile });
      }
      progress.step({ label: `${n + 1} of ${count}`, fraction: (n + 1) / count });
    }
    progress.end();
  } finally {
    progress.drop();
  }
  const [width, height] = [SHEET.columns * SHEET.tile, SHEET.rows * SHEET.tile];
  const canvas = sharp({ create: { width, height, channels: 3, background: '#404040' } });
  // Beside the folder: all pictures in it are training data.
  await writeWholeFile(
    `${output.replace(/\/+$/, '')}-sheet.jpg`,
    await canvas.composite(tiles).jpeg().toBuffer(),
  );
  io.print(`${count} textures of ${set.count} people, UV layout ${set.topologyDigest || 'unknown'}`);
}
