import { identityNetwork } from '@ganfit/core/networks';
import type { TextureModel, ToneBalance } from '@ganfit/core/texture';
import { Command, Option } from 'commander';
import type { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { modelFiles } from '../models/cache.ts';
import { startProgress } from '../progress.ts';
import { nodeRuntime } from '../runtime.ts';
import { readShape } from '../shape-file.ts';
import { realDistances, scoreModel, type TextureScore } from '../texture/evaluate-textures.ts';
import { readHeldOut } from '../texture/held-out-textures.ts';
import { openTextureModel } from '../texture/open-model.ts';
import { scoreTable } from '../texture/score-table.ts';
import { readDataset, readWeightedTextures } from '../texture/weighted-textures.ts';
import { writeWholeFile } from '../texture/whole-file.ts';

interface EvaluateFlags {
  readonly models: readonly string[];
  readonly output?: string;
  readonly count: number;
  readonly size: number;
  readonly resolution: number;
  readonly reference?: string;
  readonly seed: number;
  readonly shape?: string;
  readonly offline?: boolean;
}

/** `ganfit texture evaluate`: how well texture models tell people they have not learnt from. */
export function evaluateTexturesCommand(io: Io, exit: (code: ExitCode) => void): Command {
  const option = (flags: string, text: string, value: unknown) =>
    new Option(flags, text).default(value).argParser(Number);
  return new Command('evaluate')
    .description('compare texture models on the held-out textures of a data set')
    .argument('<dataset>', 'folder of `ganfit texture unwrap`')
    .requiredOption(
      '--models <file...>',
      'texture models; FILE:158 takes the first 158 components of a linear one, FILE@0.5 half of a generator’s detail',
    )
    .option('-o, --output <path>', 'where PATH.md and PATH.json go')
    .addOption(option('--count <n>', 'held-out textures', 40))
    .addOption(option('--size <texels>', 'edge that results are compared at', 512))
    .addOption(option('--resolution <texels>', 'edge that latents are searched at', 128))
    .option('--reference <group>', 'as in train-pca')
    .addOption(option('--seed <n>', 'of samples and starts', 0))
    .option('--shape <file>', 'another shape model')
    .option('--offline', 'never touch the network')
    .action(async (folder: string, flags: EvaluateFlags) => exit(await evaluate(folder, flags, io)));
}

async function evaluate(folder: string, flags: EvaluateFlags, io: Io): Promise<ExitCode> {
  const { model: shape } = await readShape(flags.shape);
  const dataset = await readDataset(folder, shape.topologyDigest);
  const models: TextureModel[] = [];
  for (const place of flags.models) models.push(await openTextureModel(place, shape.topologyDigest));
  // Models of different sizes are compared at what all of them can show.
  const size = Math.min(flags.size, ...models.map(({ resolutions }) => Math.max(...resolutions)));
  const [identity] = await modelFiles(['face-identity'], { offline: flags.offline });
  const progress = startProgress(io, 'evaluate');
  try {
    progress.step({ label: 'reading textures', fraction: 0 });
    let balance: ToneBalance = {};
    if (flags.reference !== undefined) {
      ({ balance } = await readWeightedTextures(dataset, 64, io.note, { reference: flags.reference }));
    }
    const heldOut = await readHeldOut(dataset, size, flags.count, balance);
    const tools = {
      runtime: nodeRuntime(),
      shape,
      identity: identityNetwork(identity),
      heldOut,
      resolution: flags.resolution,
      seed: flags.seed,
    };
    const scores: TextureScore[] = [];
    for (const [n, model] of models.entries()) {
      scores.push(
        await scoreModel(model, tools, (share) =>
          progress.step({ label: model.name, fraction: 0.05 + (0.9 * (n + share)) / models.length }),
        ),
      );
    }
    progress.step({ label: 'real textures', fraction: 0.95 });
    const others = await readHeldOut(dataset, size, flags.count, balance, { trained: true });
    const floor = realDistances(
      others.map(({ color }) => color),
      heldOut,
      flags.seed,
    );
    progress.end();
    const table = scoreTable(scores, floor);
    io.print(table);
    if (flags.output !== undefined) {
      await writeWholeFile(`${flags.output}.md`, `${table}\n`);
      const { count, resolution, seed } = flags;
      const about = { dataset: folder, count, size, resolution, seed, ids: heldOut.map(({ id }) => id) };
      await writeWholeFile(
        `${flags.output}.json`,
        `${JSON.stringify({ about, scores, real: floor }, null, 2)}\n`,
      );
    }
  } finally {
    progress.drop();
  }
  return 0;
}
