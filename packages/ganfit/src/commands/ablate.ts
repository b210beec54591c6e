import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import type { Reconstruction } from '@ganfit/core/asset';
import { type Cell, headTile, meanOf, photoTile, pixelError } from '@ganfit/core/evaluate';
import { overridePreset, PRESETS, type Preset } from '@ganfit/core/fit';
import type { Image } from '@ganfit/core/image';
import { chooseFace, type IdentityNetwork, judgeIdentity, observe } from '@ganfit/core/networks';
import { Command, Option } from 'commander';
import { encodePng } from '../encode-image.ts';
import { fullPreset, VARIANTS, type Variant, weighIdentity } from '../evaluate/ablation.ts';
import { compare, describe, describeHead, fittedLight } from '../evaluate/compare-likeness.ts';
import { fitStages } from '../evaluate/fit-stages.ts';
import { labelRow } from '../evaluate/gallery-page.ts';
import { joinImages, stackImages } from '../evaluate/stack-images.ts';
import { compareInStudio } from '../evaluate/studio-likeness.ts';
import { writeResults } from '../evaluate/write-tables.ts';
import { type ExitCode, errorText, exitCodeOf } from '../exit-code.ts';
import { readPhoto } from '../image.ts';
import type { Io } from '../io.ts';
import { type Kit, loadKit } from '../kit.ts';
import { modelFiles } from '../models/cache.ts';
import { readRecognizer } from '../recognizer-file.ts';
import { listPhotos } from '../unwrap/photo-list.ts';
import { seenBy, withRecognizer } from '../with-recognizer.ts';
import { addKitOptions, type KitFlags } from './kit-options.ts';
import { wholeNumber } from './whole-number.ts';

interface AblateFlags extends KitFlags {
  readonly output: string;
  readonly set: readonly string[];
  readonly only?: readonly string[];
  readonly recognizer?: string;
  readonly tile: number;
}

/** What one variant of one photo measured. */
interface Measured {
  readonly variant: Variant;
  readonly photo: string;
  readonly judge: number;
  readonly cosine: number;
  /** The same of the head where no fit saw it. */
  readonly studio: { readonly judge: number; readonly cosine: number };
  readonly pixel: number;
  readonly landmark: number;
  readonly seconds: number;
}

/** `ganfit ablate PHOTO…`: the grid of the paper's Fig. 5 as pictures and a table. */
export function ablateCommand(io: Io, exit: (code: ExitCode) => void): Command {
  const command = new Command('ablate')
    .description('what each term of the energy does: the same fits without it, as one strip and one table')
    .argument('<photo...>', 'photos, or folders of them')
    .option('-o, --output <folder>', 'strips and tables', 'ganfit-ablation')
    .option('--set <option=value...>', 'options of the full fit', [])
    .addOption(
      new Option('--only <letter...>', 'these variants alone').choices(VARIANTS.map(({ letter }) => letter)),
    )
    .option(
      '--recognizer <file>',
      'recognition network of (5), ONNX; else the judge, which then judges no more',
    )
    .option('--tile <pixels>', 'edge of a picture', wholeNumber, 256);
  return addKitOptions(command, 'what the full fit is').action(async (places: string[], flags: AblateFlags) =>
    exit(await run(places, flags, io)),
  );
}

async function run(places: readonly string[], flags: AblateFlags, io: Io): Promise<ExitCode> {
  const { output, preset, tile } = flags;
  const photos = await listPhotos(places);
  const kits = await openKits(flags, io);
  // Without another model (b) is the fit with PCA already.
  const variants = VARIANTS.filter(
    (variant) =>
      (!flags.only || flags.only.includes(variant.letter)) &&
      (variant.texture !== 'pca' || flags.texture !== undefined),
  );
  await mkdir(output, { recursive: true });
  const measured: Measured[] = [];
  const strips: Image[] = [];
  const labels = await labelRow(['(a) photo', ...variants.flatMap((variant) => labelsOf(variant))], tile, 0);
  let worst: ExitCode = 0;
  for (const { id, path } of photos) {
    try {
      const strip = await ablate(id, path, variants, kits, fullPreset(PRESETS[preset], flags.set), tile, io);
      measured.push(...strip.measured);
      strips.push(strip.image);
      const sheet = stackImages([labels, strip.image]);
      await writeFile(join(output, `${parse(path).name}.png`), await encodePng(sheet));
    } catch (error) {
      const code = exitCodeOf(error);
      if (code !== 2) throw error;
      io.note(errorText(error));
      worst = code;
    }
  }
  if (strips.length === 0) return worst;
  await writeFile(join(output, 'strips.png'), await encodePng(stackImages([labels, ...strips])));
  await writeResults(output, tables(measured, variants, strips.length, flags), io);
  return worst;
}

/** The kits of the grid: of most fits, with the texture model that comes along, and with another recognizer. */
interface Kits {
  readonly usual: Kit;
  readonly pca: Kit;
  readonly other: Kit;
  /** How many times as close the other recognizer's cosines lie. */
  readonly closeness: number;
}

async function openKits(
  { shape, offline, texture, parsing, mesh, recognizer, only }: AblateFlags,
  io: Io,
): Promise<Kits> {
  const usual = await loadKit({ shape, offline, texture, parsing, mesh, signal: io.signal });
  const { networks } = usual;
  const pca = texture === undefined ? usual : { ...(await loadKit({ shape, offline })), networks };
  if (only && !only.includes('5')) return { usual, pca, other: usual, closeness: 1 };
  const identity = recognizer ? await readRecognizer(recognizer) : await judgeAsRecognizer(offline);
  const other = await withRecognizer(usual, identity);
  return { usual, pca, other, closeness: recognizer ? 1 : JUDGE_CLOSENESS };
}

async function judgeAsRecognizer(offline?: boolean): Promise<IdentityNetwork> {
  const [weights, manifest] = await modelFiles(['face-judge', 'face-judge-manifest'], { offline });
  return judgeIdentity({ weights, manifest });
}

/** Cosines of the judge lie between 0.8 and 0.95 where the usual network's lie between 0 and 0.7. */
const JUDGE_CLOSENESS = 5;

async function ablate(
  id: string,
  path: string,
  variants: readonly Variant[],
  { usual, pca, other, closeness }: Kits,
  full: Preset,
  tile: number,
  io: Io,
): Promise<{ readonly measured: Measured[]; readonly image: Image }> {
  const photo = await readPhoto(path);
  const faces = await observe(photo.image, usual.networks, photo);
  const observation = chooseFace(faces, undefined, basename(path));
  const truth = await describe(usual, observation.image, observation.landmarks);
  const tiles: Image[] = [];
  const measured: Measured[] = [];
  for (const variant of variants) {
    const plain =
      variant.texture === 'none' ? { ...usual, texture: undefined } : variant.texture ? pca : usual;
    const own = variant.recognizer ? other : plain;
    const plan = variant.recognizer ? weighIdentity(full, closeness) : full;
    const seen = variant.recognizer ? await seenBy(other, observation) : observation;
    const options = { preset: overridePreset(plan, variant.settings), whole: true, signal: io.signal };
    const { result, seconds } = await fitStages([seen], own, options);
    if (!result) continue;
    const [pose] = result.parameters.photos;
    if (tiles.length === 0) tiles.push(photoTile(photo.image, result.posed, pose.camera, usual.model, tile));
    tiles.push(...picturesOf(variant, result, own, tile));
    // Both columns are the usual networks' in every row, whatever was optimised.
    const { alone } = await describeHead(observation, result, usual);
    const one: Measured = {
      variant,
      photo: id,
      seconds,
      ...compare(alone, truth),
      studio: await compareInStudio(result, truth, usual),
      pixel: pixelError(photo.image, result.posed, pose, fittedLight(result, own), usual.model),
      landmark: 100 * result.landmarkError,
    };
    measured.push(one);
    io.note(
      `${id}, (${variant.letter}) ${variant.name}: judge ${one.judge.toFixed(3)}, cosine ${one.cosine.toFixed(3)}, ` +
        `in the studio ${one.studio.judge.toFixed(3)}, ${one.studio.cosine.toFixed(3)}, pixels ${one.pixel.toFixed(4)}, landmarks ${one.landmark.toFixed(2)} % (${seconds.toFixed(1)} s)`,
    );
  }
  return { measured, image: joinImages(tiles) };
}

function labelsOf({ letter, name }: Variant): string[] {
  return letter === 'b' ? ['(b) full', '(c) albedo'] : [`(${letter}) ${name}`];
}

function picturesOf(variant: Variant, result: Reconstruction, kit: Kit, tile: number): Image[] {
  const { camera } = result.parameters.photos[0];
  const lit = headTile(result.posed, camera, fittedLight(result, kit), kit.model, tile);
  return variant.letter === 'b' ? [lit, headTile(result.posed, camera, 'none', kit.model, tile)] : [lit];
}

function tables(
  measured: readonly Measured[],
  variants: readonly Variant[],
  photos: number,
  { preset, set, recognizer }: AblateFlags,
) {
  const measures = [
    'judge',
    'cosine',
    'studio: judge',
    'studio: cosine',
    'pixel error',
    'landmark error, %',
    'seconds',
  ];
  const valuesOf = (m: Measured): number[] => [
    m.judge,
    m.cosine,
    m.studio.judge,
    m.studio.cosine,
    m.pixel,
    m.landmark,
    m.seconds,
  ];
  const rows = variants.map((variant): Cell[] => {
    const own = measured.filter((one) => one.variant === variant).map(valuesOf);
    return [
      `(${variant.letter}) ${variant.name}`,
      ...measures.map((_, k) => meanOf(own.map((list) => list[k]))),
    ];
  });
  const every = measured.map((m): Cell[] => [m.photo, m.variant.letter, ...valuesOf(m)]);
  return {
    name: 'ablation',
    tables: [
      {
        file: 'ablation',
        title: `Ablation (paper Fig. 5), mean of ${photos} photos`,
        columns: ['fit', ...measures],
        rows,
        notes: [
          `Preset ${preset}${set.length > 0 ? ` with ${set.join(', ')}` : ''}; every term at work in (b), model texture alone.`,
          'Judge: distance by a network that no fit sees, smaller is better. Cosine: of the optimised network, larger is better. ' +
            'Pixel error: mean absolute difference inside the face, sRGB in [0, 1].',
          'Studio: the head at rest in even light, from the front and from 30 degrees to either side, against the photo.',
          ...(variants.some((variant) => variant.recognizer)
            ? [
                `(5) optimises ${recognizer ?? 'the judge'} instead, without content and without the regressor of the shape; ` +
                  `its cosine is of the usual network, which that fit never saw${recognizer ? '' : '; its judge flatters'}.`,
              ]
            : []),
        ],
      },
      {
        file: 'ablation-photos',
        title: 'Every fit',
        columns: ['photo', 'letter', ...measures],
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
