import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { encodePng } from '../encode-image.ts';
import { type EvaluateSyntheticOptions, evaluateSynthetic } from '../evaluate/evaluate-synthetic.ts';
import { findSkins } from '../evaluate/skins.ts';
import { writeResults } from '../evaluate/write-tables.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { loadKit } from '../kit.ts';
import { addKitOptions, type KitFlags } from './kit-options.ts';
import { wholeNumber } from './whole-number.ts';

interface SyntheticFlags extends EvaluateSyntheticOptions, KitFlags {
  readonly output: string;
}

/** `ganfit evaluate synthetic SKINS`: made heads of the shape model, photographed and reconstructed. */
export function evaluateSyntheticCommand(io: Io, exit: (code: ExitCode) => void): Command {
  const command = new Command('synthetic')
    .description('synthetic truth: random heads in real skins, photographed from three sides')
    .argument(
      '<skins>',
      'a data set of `ganfit texture unwrap` (held-out textures), or a folder of portraits',
    )
    .option('-o, --output <folder>', 'tables, charts and the photographs', 'ganfit-evaluation')
    .option('--heads <number>', 'people', wholeNumber, 8)
    .option('--seed <number>', 'of the first head', wholeNumber, 5000)
    .addOption(
      new Option('--photos <which>', 'fit each photo alone, all of a head jointly, or both')
        .choices(['alone', 'jointly', 'both'])
        .default('both'),
    )
    .option('--average', "fit the three photos in the paper's way, too");
  return addKitOptions(command).action(async (skins: string, flags: SyntheticFlags) =>
    exit(await run(skins, flags, io)),
  );
}

async function run(folder: string, flags: SyntheticFlags, io: Io): Promise<ExitCode> {
  const { output, shape, texture, parsing, mesh, offline } = flags;
  const skins = await findSkins(folder);
  const kit = await loadKit({ shape, texture, parsing, mesh, offline, signal: io.signal });
  const pictures = join(output, 'made-photographs');
  await mkdir(pictures, { recursive: true });
  const results = await evaluateSynthetic(skins, kit, flags, io, async (name, image) => {
    await writeFile(join(pictures, `${name}.png`), await encodePng(image));
  });
  await writeResults(output, results, io);
  return 0;
}
