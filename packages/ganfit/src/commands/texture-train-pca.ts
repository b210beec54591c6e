import { readFile } from 'node:fs/promises';
import { GanfitError } from '@ganfit/core/error';
import type { ShapeModel } from '@ganfit/core/shape';
import {
  type FullPca,
  joinHalves,
  packPca,
  pcaTexture,
  projectTexture,
  readPca,
  SHIPPED_LEVELS,
  type TexturePca,
  trainPca,
  writePca,
} from '@ganfit/core/texture';
import { Command, Option } from 'commander';
import { sha256 } from '../digest.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { startProgress } from '../progress.ts';
import { nodeRuntime } from '../runtime.ts';
import { readShape } from '../shape-file.ts';
import { type HeldOutTexture, readHeldOut, seenL1 } from '../texture/held-out-textures.ts';
import { peopleColors, projectAll } from '../texture/people-colors.ts';
import { readDataset, readWeightedTextures, type TextureDataset } from '../texture/weighted-textures.ts';
import { writeWholeFile } from '../texture/whole-file.ts';

/** Held-out textures that the packing is measured on. */
const HELD_OUT = 40;

interface TrainFlags {
  readonly output: string;
  readonly components: number;
  readonly size: number;
  readonly steps: readonly number[];
  readonly rounds: number;
  readonly seed: number;
  readonly reference?: string;
  readonly keep?: string;
  readonly license: string;
  readonly shape?: string;
}

/** `ganfit texture train-pca`: a linear model of a data set's textures. */
export function trainPcaCommand(io: Io, exit: (code: ExitCode) => void): Command {
  const option = (flags: string, text: string, value: unknown, parse: (text: string) => unknown = Number) =>
    new Option(flags, text).default(value).argParser(parse);
  return new Command('train-pca')
    .description('train a linear model of textures on the photos of a data set that may be trained on')
    .argument('<dataset>', 'folder of `ganfit texture unwrap`')
    .requiredOption('-o, --output <file>', 'the model, safetensors')
    .addOption(option('--components <n>', 'most components', 158))
    .addOption(option('--size <texels>', 'edge of the textures that are learnt from', 512))
    .addOption(
      option(
        '--steps <list>',
        'steps of stored numbers at 64, 128 and 256 texels, in 1/255',
        [0.15, 0.3, 0.4],
        (text) => text.split(',').map(Number),
      ),
    )
    .addOption(option('--rounds <n>', 'how often what is not seen is filled anew', 3))
    .addOption(option('--seed <n>', 'of the cross-validation', 0))
    .option(
      '--reference <group>',
      'first folder of photos with one camera and light; white balances of others are brought near',
    )
    .option('--keep <file>', 'a model whose components stay; only the colors of people are learnt anew')
    .addOption(
      new Option('--license <text>', 'terms of the photos and of the model, kept in the file').default(
        'those of the photos that it was learnt from',
      ),
    )
    .option('--shape <file>', 'another shape model')
    .action(async (folder: string, flags: TrainFlags) => exit(await train(folder, flags, io)));
}

async function train(folder: string, flags: TrainFlags, io: Io): Promise<ExitCode> {
  const { model } = await readShape(flags.shape);
  const dataset = await readDataset(folder, model.topologyDigest);
  if (flags.keep) return learnColors(flags.keep, flags, model, dataset, io);
  const progress = startProgress(io, 'train-pca');
  try {
    const reading = (fraction: number): void =>
      progress.step({ label: 'reading textures', fraction: 0.1 * fraction });
    const { set, entries, balance } = await readWeightedTextures(dataset, flags.size, io.note, {
      reference: flags.reference,
      onRead: reading,
    });
    const { pca, latents, strangers, shrinkage, explained, photos } = await trainPca(nodeRuntime({}), set, {
      components: flags.components,
      rounds: flags.rounds,
      seed: flags.seed,
      signal: io.signal,
      onProgress: (label, fraction) => progress.step({ label, fraction: 0.1 + 0.8 * fraction }),
    });
    progress.step({ label: 'packing', fraction: 0.9 });
    const steps = flags.steps.map((step) => step / 127.5);
    const plan = SHIPPED_LEVELS.filter(({ resolution }) => resolution <= flags.size);
    const packed = packPca(pca, { plan, steps });
    const people = new Set(photos.map((photo) => set.people[photo])).size;
    const list = dataset.entries.filter(({ accepted, heldOut }) => accepted && heldOut);
    const metadata = {
      license: flags.license,
      photos: `${photos.length}`,
      people: `${people}`,
      heldOutPhotos: `${list.length}`,
      dataset: sha256(entries.map(({ id, source, mean }) => `${id} ${source} ${mean}`).join('\n')),
      training: JSON.stringify({
        size: flags.size,
        rounds: flags.rounds,
        seed: flags.seed,
        reference: flags.reference,
      }),
    };
    const skinColors = peopleColors(
      packed,
      model,
      photos.map((_, n) => Float64Array.from(shrinkage, (_, k) => latents[k * photos.length + n])),
    );
    const bytes = writePca({ ...packed, skinColors, metadata }, steps);
    await writeWholeFile(flags.output, bytes);
    progress.end();
    for (const { photo, departure, leverage } of strangers) {
      io.note(
        `left out: ${entries[photo].id}, departs ${departure.toFixed(1)} times as far as the median, ` +
          `makes ${(100 * leverage).toFixed(0)} % of a component`,
      );
    }
    io.print(
      `${photos.length} photos of ${people} people, ${pca.count} components (${pca.parities.filter((p) => p > 0).length} symmetric)`,
    );
    io.print(
      `people left out by cross-validation: ${(100 * explained).toFixed(1)} % explained, variance of components 1 / 10 / 50 / 100 / last ` +
        [0, 9, 49, 99, pca.count - 1].map((k) => shrinkage[k]?.toFixed(2) ?? '-').join(' / '),
    );
    const heldOut = await readHeldOut(dataset, flags.size, HELD_OUT, balance);
    if (heldOut.length > 0) io.print(compressionCost(pca, readPca(bytes, model.topologyDigest), heldOut));
    io.print(`${flags.output}: ${(bytes.length / 1e6).toFixed(2)} MB, SHA-256 ${sha256(bytes)}`);
  } finally {
    progress.drop();
  }
  return 0;
}

/** Which mean colors people have, written into a model that stays the same otherwise: textures of latents do not change. */
async function learnColors(
  file: string,
  flags: TrainFlags,
  model: ShapeModel,
  dataset: TextureDataset,
  io: Io,
): Promise<ExitCode> {
  const pca = readPca(new Uint8Array(await readFile(file)), model.topologyDigest);
  const { set } = await readWeightedTextures(dataset, pca.levels[0].resolution, io.note, {
    reference: flags.reference,
  });
  const progress = startProgress(io, 'train-pca');
  try {
    const latents = projectAll(pca, set, (count) => {
      if (io.signal.aborted) throw new GanfitError('cancelled', 'train-pca: stopped.');
      progress.step({ label: 'finding latents', fraction: count / set.maps.length });
    });
    const skinColors = peopleColors(pca, model, latents);
    if (!skinColors) {
      throw new GanfitError(
        'input',
        `train-pca: there must be more textures to learn colors from, got ${latents.length}. Unwrap more photos.`,
      );
    }
    const bytes = writePca(
      { ...pca, skinColors },
      flags.steps.map((step) => step / 127.5),
    );
    await writeWholeFile(flags.output, bytes);
    progress.end();
    const { weights, rank, reach } = skinColors;
    io.print(
      `colors of ${latents.length} photos: ${weights.length} parts in ${rank} directions, shares ` +
        `${Array.from(weights, (weight) => weight.toFixed(2)).join(' / ')}, drawn from within ${reach} deviations`,
    );
    io.print(`${flags.output}: ${(bytes.length / 1e6).toFixed(2)} MB, SHA-256 ${sha256(bytes)}`);
  } finally {
    progress.drop();
  }
  return 0;
}

/** What packing costs: the same latents of held-out people, shown by both. */
function compressionCost(full: FullPca, packed: TexturePca, heldOut: readonly HeldOutTexture[]): string {
  let [before, after] = [0, 0];
  for (const texture of heldOut) {
    const latent = projectTexture(packed, texture, { resolution: Math.min(128, packed.size), prior: 0.1 });
    before += seenL1(fullTexture(full, latent), texture) / heldOut.length;
    after += seenL1(pcaTexture(packed, latent), texture) / heldOut.length;
  }
  return (
    `mean absolute difference from ${heldOut.length} held-out textures, where they were seen, in 1/255: ` +
    `${(255 * before).toFixed(3)} in full, ${(255 * after).toFixed(3)} packed`
  );
}

function fullTexture({ size, parities, mean, component }: FullPca, latent: Float32Array): Float32Array {
  const halves = { 1: Float32Array.from(mean), [-1]: new Float32Array(mean.length) };
  latent.forEach((weight, k) => {
    const [sum, own] = [halves[parities[k] === 1 ? 1 : -1], component(k)];
    for (let i = 0; i < sum.length; i++) sum[i] += weight * own[i];
  });
  return joinHalves(halves[1], halves[-1], size);
}
