import { type MeshProtocol, MICC_PROTOCOL } from '@ganfit/core/evaluate';
import { chooseFace, type Observation, observe } from '@ganfit/core/networks';
import { Command, Option } from 'commander';
import { evaluateMicc, type MiccHeads, type MiccOptions } from '../evaluate/evaluate-micc.ts';
import { fitStages } from '../evaluate/fit-stages.ts';
import { readLayout } from '../evaluate/micc-layout.ts';
import { writeResults } from '../evaluate/write-tables.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Photo } from '../image.ts';
import type { Io } from '../io.ts';
import { loadKit } from '../kit.ts';
import { addKitOptions, type KitFlags } from './kit-options.ts';
import { wholeNumber } from './whole-number.ts';

interface MiccFlags extends KitFlags {
  readonly output: string;
  readonly layout?: string;
  readonly subject?: readonly string[];
  readonly fixedScale?: boolean;
  readonly crop: number;
  readonly direction: MeshProtocol['direction'];
  readonly distance: MeshProtocol['distance'];
  readonly scans: MiccOptions['scans'];
  readonly frames: number;
  readonly exceptions: boolean;
}

/** `ganfit evaluate micc FOLDER`: the protocol of the paper's Table 1. */
export function evaluateMiccCommand(io: Io, exit: (code: ExitCode) => void): Command {
  const command = new Command('micc')
    .description(
      "the paper's Table 1, for whoever holds the MICC Florence data set (or one of the same kind)",
    )
    .argument('<folder>', 'the data set')
    .option('-o, --output <folder>', 'tables and charts', 'ganfit-evaluation')
    .option('--layout <file>', 'JSON file of file patterns; the one that comes along is not verified')
    .option('--subject <number...>', 'these subjects alone, as in file names')
    .option('--fixed-scale', 'ICP keeps the size of the head')
    .option('--crop <millimetres>', 'around the nose tip', wholeNumber, MICC_PROTOCOL.crop)
    .addOption(
      new Option('--direction <which>', 'of the distances')
        .choices(['both', 'head to scan', 'scan to head'])
        .default(MICC_PROTOCOL.direction),
    )
    .addOption(
      new Option('--distance <to>', 'along the normal, or to the nearest point')
        .choices(['plane', 'surface'])
        .default(MICC_PROTOCOL.distance),
    )
    .addOption(
      new Option('--scans <which>', 'of two scans of a subject')
        .choices(['better', 'first', 'mean'])
        .default('mean'),
    )
    .option('--frames <number>', 'of each video', wholeNumber, 5)
    .option('--no-exceptions', "ignore the layout's own crops of single subjects");
  return addKitOptions(command).action(async (folder: string, flags: MiccFlags) =>
    exit(await run(folder, flags, io)),
  );
}

async function run(folder: string, flags: MiccFlags, io: Io): Promise<ExitCode> {
  const {
    output,
    preset,
    shape,
    texture,
    parsing,
    mesh,
    offline,
    crop,
    direction,
    distance,
    scans,
    frames,
    exceptions,
  } = flags;
  const layout = await readLayout(flags.layout);
  const kit = await loadKit({ shape, texture, parsing, mesh, offline, signal: io.signal });
  const protocol: MeshProtocol = { scale: !flags.fixedScale, crop, direction, distance };
  const reconstruct = async (photos: readonly Photo[]): Promise<MiccHeads | undefined> => {
    const seen: Observation[] = [];
    for (const photo of photos) {
      const faces = await observe(photo.image, kit.networks, photo);
      if (faces.length > 0) seen.push(chooseFace(faces));
    }
    if (seen.length === 0) return undefined;
    const { aligned, fitted } = await fitStages(seen, kit, { preset, signal: io.signal });
    return { aligned: aligned.identity, fitted: fitted.identity };
  };
  const options: MiccOptions = { protocol, scans, frames, exceptions, subjects: flags.subject };
  await writeResults(output, await evaluateMicc(folder, layout, kit.model, options, reconstruct, io), io);
  return 0;
}
