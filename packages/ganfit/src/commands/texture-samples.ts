import { readFile } from 'node:fs/promises';
import { loadNetworks } from '@ganfit/core/networks';
import { Command, InvalidArgumentError, Option } from 'commander';
import { sha256 } from '../digest.ts';
import type { Io } from '../io.ts';
import { networkFiles } from '../models/network-files.ts';
import { remainingTime, startProgress } from '../progress.ts';
import { nodeRuntime } from '../runtime.ts';
import { readShape } from '../shape-file.ts';
import { openTextureModel } from '../texture/open-model.ts';
import { runSamples } from '../texture/sample-run.ts';
import { readDataset } from '../texture/weighted-textures.ts';
import { wholeNumber } from './whole-number.ts';

interface SampleFlags {
  readonly model: string;
  readonly dataset: string;
  readonly output: string;
  readonly count: number;
  readonly compared: number;
  readonly seed: number;
  readonly spread: number;
  readonly threads: number;
  readonly shape?: string;
  readonly offline?: boolean;
}

/** How often a line tells how a run goes on when nobody watches, milliseconds. */
const QUIET = 20_000;

/** `ganfit texture samples`: how many random people of a model are no faces, and whether it repeats its training maps. */
export function samplesCommand(io: Io): Command {
  const number = (flags: string, text: string, value: number) =>
    new Option(flags, text).default(value).argParser(wholeNumber);
  return new Command('samples')
    .description(
      'score random textures of a model: failures, and how near they come to the maps it was trained on; a second call goes on',
    )
    .requiredOption('--model <file>', 'a texture model')
    .requiredOption('--dataset <folder>', 'folder of `ganfit texture unwrap`, the one that it was trained on')
    .requiredOption('-o, --output <folder>', 'tables, scores and sheets')
    .addOption(number('--count <n>', 'samples', 10_000))
    .addOption(number('--compared <n>', 'samples that are compared with all training maps', 1000))
    .addOption(number('--seed <n>', 'other samples', 0))
    .addOption(
      new Option('--spread <x>', 'deviation of the latents; less makes people more usual')
        .default(1)
        .argParser(positive),
    )
    .addOption(number('--threads <n>', 'of the networks', 1))
    .option('--shape <file>', 'another shape model')
    .option('--offline', 'never touch the network')
    .action(async (flags: SampleFlags) => sample(flags, io));
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 10)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

async function sample(flags: SampleFlags, io: Io): Promise<void> {
  const { output: folder, count, compared, seed, spread } = flags;
  const { model: shape } = await readShape(flags.shape);
  const dataset = await readDataset(flags.dataset, shape.topologyDigest);
  const model = await openTextureModel(flags.model, shape.topologyDigest);
  const [path, part = ''] = flags.model.split(/(?=:\d+$|@[\d.]+$)/);
  const digest = `${sha256(await readFile(path))}${part}`;
  const runtime = nodeRuntime({ threads: Math.max(1, flags.threads) });
  const kit = await loadNetworks(await networkFiles(flags), runtime);
  const progress = startProgress(io, 'texture samples');
  let [stage, start, told] = ['', 0, 0];
  try {
    const markdown = await runSamples({
      folder,
      model,
      digest,
      dataset,
      shape,
      kit,
      runtime,
      count: Math.max(1, count),
      compared,
      seed,
      spread,
      signal: io.signal,
      warn: io.note,
      onStep(label, fraction) {
        const now = Date.now();
        if (label !== stage) [stage, start, told] = [label, now, now];
        progress.step({ label, fraction });
        if (io.terminal || now - told < QUIET) return;
        told = now;
        io.note(`${label}: ${(100 * fraction).toFixed(1)} %, ${remainingTime(now - start, fraction)}`);
      },
    });
    progress.end();
    io.print(markdown.trimEnd());
    io.print('');
    io.print(folder);
  } finally {
    progress.drop();
    await kit.dispose();
  }
}
