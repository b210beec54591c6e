import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import type { Reconstruction } from '@ganfit/core/asset';
import { type Cell, headTile, meanOf, photoTile, pixelError } from '@ganfit/core/evaluate';
import { DEFAULT_PRESET, overridePreset, PRESETS, type PresetName } from '@ganfit/core/fit';
import type { Image } from '@ganfit/core/image';
import { chooseFace, type Observation, observe } from '@ganfit/core/networks';
import { Command, Option } from 'commander';
import { encodePng } from '../encode-image.ts';
import { fullPreset, VARIANTS, type Variant } from '../evaluate/ablation.ts';
import { fittedLight } from '../evaluate/compare-likeness.ts';
import { fitStages } from '../evaluate/fit-stages.ts';
import { labelRow } from '../evaluate/gallery-page.ts';
import { joinImages, stackImages } from '../evaluate/stack-images.ts';
import { writeResults } from '../evaluate/write-tables.ts';
import type { ExitCode } from '../exit-code.ts';
import { readPhoto } from '../image.ts';
import type { Io } from '../io.ts';
import { type Kit, loadKit } from '../kit.ts';
import { listPhotos } from '../unwrap/photo-list.ts';
import { wholeNumber } from './whole-number.ts';

interface AblateFlags {
  readonly output: string;
  readonly preset: PresetName;
  readonly set: readonly string[];
  readonly only?: readonly string[];
  readonly texture?: string;
  readonly tile: number;
  readonly shape?: string;
  readonly offline?: boolean;
}

/** What one variant of one photo measured. */
interface Measured {
  readonly variant: Variant;
  readonly photo: string;
  readonly judge: number;
  readonly cosine: number;
  readonly pixel: number;
  readonly landmark: number;
  readonly seconds: number;
}

/** `ganfit ablate PHOTO…`: the grid of the paper's Fig. 5 as pictures and a table. */
export function ablateCommand(io: Io, exit: (code: ExitCode) => void): Command {
  return new Command('ablate')
    .description('what each term of the energy does: the same fits without it, as one strip and one table')
    .argument('<photo...>', 'photos, or folders of them')
    .option('-o, --output <folder>', 'strips and tables', 'ganfit-ablation')
    .addOption(
      new Option('--preset <name>', 'what the full fit is')
        .choices(Object.keys(PRESETS))
        .default(DEFAULT_PRESET),
    )
    .option('--set <option=value...>', 'options of the full fit', [])
    .addOption(
      new Option('--only <letter...>', 'these variants alone').choices(VARIANTS.map(({ letter }) => letter)),
    )
    .option('--texture <file>', 'another texture model for all but (i)')
    .option('--tile <pixels>', 'edge of a picture', wholeNumber, 256)
    .option('--shape <file>', 'another shape model')
    .option('--offline', 'never touch the network')
    .action(async (places: string[], flags: AblateFlags) => exit(await run(places, flags, io)));
}

async function run(places: readonly string[], flags: AblateFlags, io: Io): Promise<ExitCode> {
  const { output, preset, shape, offline, tile, texture } = flags;
  const photos = await listPhotos(places);
  const full = fullPreset(PRESETS[preset], flags.set);
  const kit = await loadKit({ shape, offline, texture, signal: io.signal });
  const pca =
    texture === undefined ? kit : { ...(await loadKit({ shape, offline })), networks: kit.networks };
  // Without another model (b) is the fit with PCA already.
  const variants = VARIANTS.filter(
    (variant) =>
      (!flags.only || flags.only.includes(variant.letter)) &&
      (variant.texture !== 'pca' || texture !== undefined),
  );
  await mkdir(output, { recursive: true });
  const measured: Measured[] = [];
  const strips: Image[] = [];
  const labels = ['(a) photo', ...variants.flatMap((variant) => labelsOf(variant))];
  for (const { id, path } of photos) {
    const photo = await readPhoto(path);
    const observation = chooseFace(
      await observe(photo.image, kit.networks, photo),
      undefined,
      basename(path),
    );
    const tiles: Image[] = [];
    for (const variant of variants) {
      const own: Kit =
        variant.texture === 'none' ? { ...kit, texture: undefined } : variant.texture ? pca : kit;
      const options = { preset: overridePreset(full, variant.settings), whole: true, signal: io.signal };
      const { result, seconds } = await fitStages([observation], own, options);
      if (!result) continue;
      const { camera } = result.parameters.photos[0];
      if (tiles.length === 0) tiles.push(photoTile(photo.image, result.posed, camera, kit.model, tile));
      tiles.push(...picturesOf(variant, result, kit, tile));
      measured.push({ variant, photo: id, seconds, ...figures(observation, result, kit) });
      io.note(
        `${id}, (${variant.letter}) ${variant.name}: judge ${result.judgeDistance.toFixed(3)} (${seconds.toFixed(1)} s)`,
      );
    }
    const strip = joinImages(tiles);
    strips.push(strip);
    await writeFile(
      join(output, `${parse(path).name}.png`),
      await encodePng(stackImages([await labelRow(labels, tile, 0), strip])),
    );
  }
  await writeFile(
    join(output, 'strips.png'),
    await encodePng(stackImages([await labelRow(labels, tile, 0), ...strips])),
  );
  await writeResults(output, tables(measured, variants, photos.length, flags), io);
  return 0;
}

function labelsOf({ letter, name }: Variant): string[] {
  return letter === 'b' ? ['(b) full', '(c) albedo'] : [`(${letter}) ${name}`];
}

function picturesOf(variant: Variant, result: Reconstruction, kit: Kit, tile: number): Image[] {
  const { camera } = result.parameters.photos[0];
  const lit = headTile(result.posed, camera, fittedLight(result, kit), kit.model, tile);
  return variant.letter === 'b' ? [lit, headTile(result.posed, camera, 'none', kit.model, tile)] : [lit];
}

function figures({ image }: Observation, result: Reconstruction, kit: Kit) {
  const [pose] = result.parameters.photos;
  return {
    judge: result.judgeDistance,
    cosine: result.cosine,
    pixel: pixelError(image, result.posed, pose, fittedLight(result, kit), kit.model),
    landmark: 100 * result.landmarkError,
  };
}

function tables(
  measured: readonly Measured[],
  variants: readonly Variant[],
  photos: number,
  { preset, set }: AblateFlags,
) {
  const columns = ['fit', 'judge', 'cosine', 'pixel error', 'landmark error, %', 'seconds'];
  const rows = variants.map((variant): Cell[] => {
    const own = measured.filter((one) => one.variant === variant);
    const of = (value: (one: Measured) => number): number => meanOf(own.map(value));
    const name = `(${variant.letter}) ${variant.name}`;
    return [
      name,
      of((m) => m.judge),
      of((m) => m.cosine),
      of((m) => m.pixel),
      of((m) => m.landmark),
      of((m) => m.seconds),
    ];
  });
  const every = measured.map((m): Cell[] => {
    return [m.photo, m.variant.letter, m.judge, m.cosine, m.pixel, m.landmark, m.seconds];
  });
  return {
    name: 'ablation',
    tables: [
      {
        file: 'ablation',
        title: `Ablation (paper Fig. 5), mean of ${photos} photos`,
        columns,
        rows,
        notes: [
          `Preset ${preset}${set.length > 0 ? ` with ${set.join(', ')}` : ''}; every term at work in (b), model texture alone.`,
          'Judge: distance by a network that no fit sees, smaller is better. Cosine: of the optimised network, larger is better. ' +
            'Pixel error: mean absolute difference inside the face, sRGB in [0, 1].',
        ],
      },
      {
        file: 'ablation-photos',
        title: 'Every fit',
        columns: ['photo', 'letter', 'judge', 'cosine', 'pixel error', 'landmark error, %', 'seconds'],
        rows: every,
      },
    ],
    charts: [
      {
        file: 'ablation',
        title: 'Judge distance without a term',
        axis: 'judge distance, mean',
        series: ['judge'],
        groups: rows.map((row) => ({ label: String(row[0]), values: [Number(row[1])] })),
      },
    ],
  };
}
