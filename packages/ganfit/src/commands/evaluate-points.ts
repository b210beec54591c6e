import { Command } from 'commander';
import { type EvaluatePointsOptions, evaluatePoints } from '../evaluate/evaluate-points.ts';
import { listPeople } from '../evaluate/people-list.ts';
import { writeResults } from '../evaluate/write-tables.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { loadKit } from '../kit.ts';
import { addKitOptions, type KitFlags } from './kit-options.ts';
import { wholeNumber } from './whole-number.ts';

interface PointsFlags extends KitFlags, EvaluatePointsOptions {
  readonly output: string;
  readonly only?: string;
  readonly limit?: number;
}

/** `ganfit evaluate points PHOTO…`: heads against hand-placed points. */
export function evaluatePointsCommand(io: Io, exit: (code: ExitCode) => void): Command {
  const command = new Command('points')
    .description('hand-placed points: whether the shape agrees with those on another photo of the person')
    .argument(
      '<photo...>',
      'photos, or folders of them; 189 points in NAME.tem beside one photo of each person',
    )
    .option('-o, --output <folder>', 'the table', 'ganfit-evaluation')
    .option('--only <file>', 'ids of the photos to take, one a line, * for anything')
    .option('--limit <number>', 'at most so many photos', wholeNumber)
    .option('--fit', 'run the whole fit of each photo, too');
  return addKitOptions(command).action(async (places: string[], flags: PointsFlags) => {
    const { output, only, limit, shape, texture, parsing, mesh, offline } = flags;
    const photos = (await listPeople(places, only)).slice(0, limit);
    const kit = await loadKit({ shape, texture, parsing, mesh, offline, signal: io.signal });
    await writeResults(output, await evaluatePoints(photos, kit, flags, io), io);
    exit(0);
  });
}
