import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { previewSheet } from '@ganfit/core/asset';
import { overridePreset, PRESETS } from '@ganfit/core/fit';
import type { Image } from '@ganfit/core/image';
import { Command, Option } from 'commander';
import { encodePng } from '../encode-image.ts';
import { fitTogether, TOGETHER, type Together } from '../evaluate/evaluate-pairs.ts';
import { CONDITIONS, type Condition, fitPeople } from '../evaluate/evaluate-people.ts';
import { listPeople } from '../evaluate/people-list.ts';
import { peopleTables } from '../evaluate/people-tables.ts';
import { writeResults } from '../evaluate/write-tables.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { loadKit } from '../kit.ts';
import { photoSheets } from '../photo-sheets.ts';
import { fileName } from '../unwrap/photo-list.ts';
import { addKitOptions, type KitFlags } from './kit-options.ts';
import { wholeNumber } from './whole-number.ts';

interface PeopleFlags extends KitFlags {
  readonly output: string;
  readonly only?: string;
  readonly limit?: number;
  readonly every: number;
  readonly conditions: readonly Condition[];
  readonly landmarks?: boolean;
  readonly together?: true | readonly Together[];
  readonly set: readonly string[];
}

/** `ganfit evaluate people PHOTO…`: heads against their photos, other photos of the person, and strangers. */
export function evaluatePeopleCommand(io: Io, exit: (code: ExitCode) => void): Command {
  const command = new Command('people')
    .description('portraits: whether networks take the fitted head for the person, by group')
    .argument('<photo...>', 'photos, or folders of them; an info.csv beside or above them names groups')
    .option('-o, --output <folder>', 'tables, charts and previews', 'ganfit-evaluation')
    .option('--only <file>', 'ids of the photos to take, one a line, * for anything')
    .option('--limit <number>', 'at most so many photos', wholeNumber)
    .option('--every <number>', 'only every so-many-th photo', wholeNumber, 1)
    .addOption(
      new Option('--conditions <which...>', 'photos as they are, without colour, with a face of 30 pixels')
        .choices(CONDITIONS)
        .default(['as it is']),
    )
    .option('--landmarks', 'fit from landmarks alone as well')
    .addOption(
      new Option(
        '--together [how...]',
        'people with several photos: fit them together, too (default: in both ways)',
      ).choices(TOGETHER),
    )
    .option(
      '--set <option=value...>',
      'options of the preset, such as detail=none for the skin of the model alone',
      [],
    );
  return addKitOptions(command).action(async (places: string[], flags: PeopleFlags) =>
    exit(await run(places, flags, io)),
  );
}

async function run(places: readonly string[], flags: PeopleFlags, io: Io): Promise<ExitCode> {
  const {
    output,
    only,
    limit,
    every,
    conditions,
    landmarks = false,
    preset,
    set,
    shape,
    texture,
    parsing,
    mesh,
    offline,
  } = flags;
  const photos = (await listPeople(places, only))
    .filter((_, i) => i % Math.max(1, every) === 0)
    .slice(0, limit);
  const kit = await loadKit({ shape, texture, parsing, mesh, offline, signal: io.signal });
  const previews = join(output, 'previews');
  await mkdir(previews, { recursive: true });
  const keep = async (name: string, sheet: Image): Promise<void> => {
    const file = `${fileName(name).replace(/[ ,]+/g, '-')}.png`;
    await writeFile(join(previews, file), await encodePng(sheet));
  };
  const plan = overridePreset(PRESETS[preset], set);
  const { fits, failures } = await fitPeople(
    photos,
    kit,
    { preset: plan, conditions, landmarks, keep: flags.together !== undefined },
    io,
    async (name, observation, { posed, parameters }) =>
      keep(name, previewSheet(observation.image, posed, parameters.photos[0], kit.model, { tile: 320 })),
  );
  const together = flags.together
    ? await fitTogether(
        fits,
        kit,
        { preset: plan, ways: flags.together === true ? TOGETHER : flags.together },
        io,
        (name, observations, result) => keep(name, photoSheets(observations, result, kit)),
      )
    : [];
  await writeResults(
    output,
    peopleTables(fits, failures, { preset: [preset, ...set].join(' ') }, together),
    io,
  );
  return 0;
}
