import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type StudioView, studioViews } from '@ganfit/core/evaluate';
import { Command, Option } from 'commander';
import { encodePng } from '../encode-image.ts';
import { evaluateScans } from '../evaluate/evaluate-scans.ts';
import { readScan, SCAN_NAMES, type ScanName } from '../evaluate/scan-files.ts';
import { keptTruth } from '../evaluate/truth-file.ts';
import { writeResults } from '../evaluate/write-tables.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { loadKit } from '../kit.ts';
import { addKitOptions, type KitFlags } from './kit-options.ts';

interface ScanFlags extends KitFlags {
  readonly output: string;
  readonly scan: readonly ScanName[];
  readonly views: Parameters<typeof studioViews>[0];
  readonly size: string;
  readonly albedo?: boolean;
}

/** `ganfit evaluate scans SCANS`: photographs rendered from head scans, reconstructed and scored against the scans. */
export function evaluateScansCommand(io: Io, exit: (code: ExitCode) => void): Command {
  const command = new Command('scans')
    .description('real truth: photographs of head scans, reconstructed and measured against the scans')
    .argument('<folder>', `holds the scans ${SCAN_NAMES.join(' and ')}`)
    .option('-o, --output <folder>', 'tables, charts and the photographs', 'ganfit-evaluation')
    .addOption(new Option('--scan <name...>', 'which scans').choices(SCAN_NAMES).default([...SCAN_NAMES]))
    .addOption(
      new Option('--views <which>', '3, 9 or 27 photographs of each scan')
        .choices(['quick', 'nine', 'all'])
        .default('nine'),
    )
    .option('--size <pixels>', 'edge of the photographs', '640')
    .option('--albedo', 'run the whole chain and compare albedos too');
  return addKitOptions(command).action(async (folder: string, flags: ScanFlags) =>
    exit(await run(folder, flags, io)),
  );
}

async function run(folder: string, flags: ScanFlags, io: Io): Promise<ExitCode> {
  const { output, shape, texture, parsing, mesh, offline } = flags;
  const kit = await loadKit({ shape, texture, parsing, mesh, offline, signal: io.signal });
  const truths = [];
  for (const name of flags.scan)
    truths.push(await keptTruth(kit.model, await readScan(folder, name), output));
  const views: readonly StudioView[] = studioViews(flags.views);
  const options = { views, preset: flags.preset, size: Number(flags.size), albedo: flags.albedo ?? false };
  const pictures = join(output, 'photographs');
  await mkdir(pictures, { recursive: true });
  const results = await evaluateScans(truths, kit, options, io, async (name, image) => {
    await writeFile(
      join(pictures, `${name.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}.png`),
      await encodePng(image),
    );
  });
  await writeResults(output, results, io);
  return 0;
}
