import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GanfitError } from '@ganfit/core/error';
import { markdownTable } from '@ganfit/core/evaluate';
import type { Image } from '@ganfit/core/image';
import type { NetworkKit } from '@ganfit/core/networks';
import { randomStream } from '@ganfit/core/random';
import type { Runtime } from '@ganfit/core/runtime';
import type { ShapeModel } from '@ganfit/core/shape';
import { input } from '@ganfit/core/tensor';
import { randomLatent, type TextureModel } from '@ganfit/core/texture';
import sharp from 'sharp';
import { sha256 } from '../digest.ts';
import type { TextureEntry } from '../unwrap/records.ts';
import { faceRenderer } from './face-render.ts';
import { nearestMaps, type TrainingMap } from './nearest-maps.ts';
import {
  boundsOf,
  coherenceTable,
  faultsOf,
  type MapScore,
  memorizationTable,
  oddness,
  type SampleScore,
  spreadTable,
  unusualAmongOthers,
  unusualness,
} from './sample-score.ts';
import {
  LOOK_RESOLUTION,
  mirroredTexture,
  pictureOf,
  type TextureLook,
  texelLooker,
  textureLooker,
} from './texture-look.ts';
import { personOf, readStoredTexture, type TextureDataset } from './weighted-textures.ts';
import { appendLine, writeWholeFile } from './whole-file.ts';

/** Another number refuses folders of before: what is measured has changed. */
const VERSION = 1;
/** Pictures on the sheets of the worst and of random samples, and pairs on that of the nearest ones. */
const [SHOWN, PAIRS] = [200, 20];
const COLUMNS = 20;
/** Faces on sheets: cut out of pictures with this side. */
const TILE = { side: 240, left: 60, top: 12, width: 120, height: 192 } as const;
/** The face in textures. */
const WINDOW = { left: 44, top: 44, width: 168, height: 168 } as const;

/** What a run needs. */
export interface SampleRun {
  readonly folder: string;
  readonly model: TextureModel;
  /** SHA-256 of the model's file. */
  readonly digest: string;
  readonly dataset: TextureDataset;
  readonly shape: ShapeModel;
  readonly kit: NetworkKit;
  readonly runtime: Runtime;
  readonly count: number;
  /** How many of the samples are compared with all training maps. */
  readonly compared: number;
  readonly seed: number;
  /** Deviation of the latents' numbers; 1 as in training. */
  readonly spread: number;
  readonly signal: AbortSignal;
  readonly onStep: (label: string, fraction: number) => void;
  /** Told of maps that cannot be read; they are left out. */
  readonly warn: (line: string) => void;
}

/**
 * Draws random textures of a model, scores each of them and writes tables and sheets. A call with the same folder goes on
 * where the last one ended; more samples may be asked for then.
 *
 * Files: `run.json`, `samples.jsonl` (a `SampleScore` a line), `maps.json` (`MapScore`s), `report.json`, `report.md`, `sheets/`.
 *
 * @returns The tables as Markdown.
 * @throws GanfitError `input` when the folder holds samples of another model or data set, or there are no maps to compare
 *   with; `cancelled`; `runtime` when a file cannot be written.
 */
export async function runSamples(run: SampleRun): Promise<string> {
  const { folder, model, shape, kit, runtime, count, compared, signal, onStep } = run;
  await mkdir(join(folder, 'sheets'), { recursive: true });
  await claim(run);
  const look = textureLooker(kit, shape);
  const known = await readMaps(run, look);
  const usual = unusualness(known.training);

  const path = join(folder, 'samples.jsonl');
  const scores = new Map<number, SampleScore>();
  for (const line of (await readFile(path, 'utf8').catch(() => '')).split('\n')) {
    const score = parseScore(line);
    if (score && score.n < count && (score.nearest || score.n >= compared)) scores.set(score.n, score);
  }
  // A line that a killed run left unfinished must not swallow the next one.
  await writeWholeFile(path, [...scores.values()].map((score) => `${JSON.stringify(score)}\n`).join(''));

  const latent = input('latent', [1, model.latentSize]);
  const graph = await runtime.compile({
    texture: model.synthesize(latent, { resolution: LOOK_RESOLUTION }),
  });
  const draw = async (n: number): Promise<Float32Array> =>
    (await graph.run({ latent: sampleLatent(run, n) })).texture;
  const before = scores.size;
  try {
    for (let n = 0; n < count; n++) {
      if (scores.has(n)) continue;
      if (signal.aborted) throw new GanfitError('cancelled', 'texture samples: stopped.');
      const seen = await look(await draw(n), { detail: n < compared });
      const { detector, landmarks, outside } = seen;
      const score: SampleScore = {
        n,
        detector,
        landmarks,
        outside,
        distance: usual.distance(seen),
        skin: usual.skin(seen),
        ...(n < compared && { nearest: nearestMaps(known.training, seen) }),
      };
      scores.set(n, score);
      await appendLine(path, JSON.stringify(score));
      // Only what this call does tells how long the rest will take.
      onStep('samples', (scores.size - before) / (count - before));
    }
    const samples = [...scores.values()].sort((a, b) => a.n - b.n);
    onStep('sheets', 1);
    const bounds = boundsOf(known.maps);
    const odd = [...samples].sort((a, b) => oddness(b, bounds) - oddness(a, bounds));
    const render = faceRenderer(shape);
    const picture = async ({ n }: SampleScore): Promise<Image> =>
      cropped(render(pictureOf(await draw(n), LOOK_RESOLUTION), { side: TILE.side }), TILE);
    await writeSheet(join(folder, 'sheets', 'worst.jpg'), odd.slice(0, SHOWN), picture);
    await writeSheet(join(folder, 'sheets', 'random.jpg'), samples.slice(0, SHOWN), picture);
    await writePairs(run, samples, draw);
    const tables = [
      coherenceTable(samples, known.maps, bounds),
      spreadTable(samples, known.maps),
      memorizationTable(samples, known.maps),
    ];
    const markdown = tables.map(markdownTable).join('\n');
    const failed = samples.flatMap((score) => {
      const faults = faultsOf(score, bounds);
      return faults.length > 0 ? [{ n: score.n, faults }] : [];
    });
    await writeWholeFile(join(folder, 'report.md'), markdown);
    await writeWholeFile(
      join(folder, 'report.json'),
      `${JSON.stringify({ about: about(run), count, compared, bounds, tables, failed, worst: odd.slice(0, SHOWN).map(({ n }) => n) }, null, 1)}\n`,
    );
    return markdown;
  } finally {
    await graph.dispose();
  }
}

/** The latent of a sample; each has a stream of its own, so that a longer run begins with the same people. */
export function sampleLatent(
  { model, seed, spread }: Pick<SampleRun, 'model' | 'seed' | 'spread'>,
  n: number,
): Float32Array {
  const random = randomStream(seed, `sample ${n}`);
  return randomLatent(model, random, spread);
}

/** What must be the same for a run to be continued. */
function about({ digest, dataset, seed, spread }: SampleRun): Record<string, string | number> {
  const used = usable(dataset).map(({ id, source, heldOut }) => [id, source, heldOut]);
  return {
    version: VERSION,
    model: digest,
    dataset: sha256(JSON.stringify(used)),
    seed,
    spread,
    resolution: LOOK_RESOLUTION,
  };
}

async function claim(run: SampleRun): Promise<void> {
  const path = join(run.folder, 'run.json');
  const own = about(run);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return writeWholeFile(path, `${JSON.stringify(own, null, 2)}\n`);
  const found = JSON.parse(text) as Record<string, unknown>;
  const different = Object.keys(own).find((key) => found[key] !== own[key]);
  if (different === undefined) return;
  throw new GanfitError(
    'input',
    `texture samples: those in ${run.folder} must be of ${different} ${own[different]}, got ${found[different]}. Take another folder.`,
  );
}

function usable({ entries }: TextureDataset): TextureDataset['entries'] {
  return entries.filter(({ accepted, texture }) => accepted && texture);
}

/** Looks at all maps of the data set. */
async function readMaps(
  { folder, dataset, shape, signal, onStep, warn }: SampleRun,
  look: (texture: Float32Array) => Promise<TextureLook>,
): Promise<{
  readonly training: readonly (TrainingMap & Pick<TextureLook, 'skin'>)[];
  readonly maps: readonly MapScore[];
}> {
  const wanted = usable(dataset);
  const texels = texelLooker(shape);
  const entries: TextureEntry[] = [];
  const looks: (TextureLook & Pick<TrainingMap, 'mirrored'>)[] = [];
  for (const [i, entry] of wanted.entries()) {
    if (signal.aborted) throw new GanfitError('cancelled', 'texture samples: stopped.');
    onStep('maps of photos', i / wanted.length);
    try {
      const texture = await readMap(dataset, entry.id);
      const seen = await look(texture);
      const mirrored = texels(mirroredTexture(texture, LOOK_RESOLUTION));
      looks.push({ ...seen, picture: EMPTY, mirrored });
      entries.push(entry);
    } catch (error) {
      if (!(error instanceof GanfitError) || error.code !== 'input') throw error;
      warn(`${error.message} It is left out.`);
    }
  }
  if (entries.filter(({ heldOut }) => !heldOut).length < 2) {
    throw new GanfitError(
      'input',
      `texture samples: ${dataset.folder} must hold textures that were trained on, got none. Make them with \`ganfit texture unwrap\`.`,
    );
  }
  const people = new Map<string, number>();
  const numbered = entries.map(({ id }, i) => {
    const person = personOf(id);
    const number = people.get(person) ?? people.size;
    people.set(person, number);
    return { ...looks[i], person: number };
  });
  const unusual = unusualAmongOthers(numbered);
  const training = entries.flatMap(({ id, heldOut }, i) => (heldOut ? [] : [{ id, ...looks[i] }]));
  const maps = entries.map(({ id, heldOut }, i): MapScore => {
    const { detector, landmarks, outside } = looks[i];
    return {
      id,
      heldOut,
      detector,
      landmarks,
      outside,
      ...unusual[i],
      ...(heldOut && { nearest: nearestMaps(training, looks[i]) }),
    };
  });
  await writeWholeFile(join(folder, 'maps.json'), `${JSON.stringify(maps)}\n`);
  return { training, maps };
}

const EMPTY: Image = { width: 0, height: 0, channels: 3, data: new Uint8Array() };

async function readMap(dataset: TextureDataset, id: string): Promise<Float32Array> {
  const entry = dataset.entries.find((other) => other.id === id);
  if (!entry) throw new GanfitError('input', `texture samples: ${id} must be in the data set, got nothing.`);
  const { map } = await readStoredTexture(dataset, entry, LOOK_RESOLUTION);
  return Float32Array.from(map, (byte) => byte / 127.5 - 1);
}

function parseScore(line: string): SampleScore | undefined {
  try {
    return JSON.parse(line) as SampleScore;
  } catch {
    return undefined;
  }
}

async function writeSheet(
  path: string,
  samples: readonly SampleScore[],
  picture: (score: SampleScore) => Promise<Image>,
): Promise<void> {
  const pictures: Image[] = [];
  for (const score of samples) pictures.push(await picture(score));
  await writeTiles(path, pictures, COLUMNS);
}

/** The samples whose details are nearest to a training map's, beside it. */
async function writePairs(
  { folder, dataset }: SampleRun,
  samples: readonly SampleScore[],
  draw: (n: number) => Promise<Float32Array>,
): Promise<void> {
  for (const measure of ['detail', 'identity'] as const) {
    const near = samples
      .flatMap(({ n, nearest }) => (nearest ? [{ n, ...nearest[measure] }] : []))
      .sort((a, b) => b.value - a.value)
      .slice(0, PAIRS);
    const pictures: Image[] = [];
    for (const { n, id } of near) {
      for (const texture of [await draw(n), await readMap(dataset, id)]) {
        pictures.push(cropped(pictureOf(texture, LOOK_RESOLUTION), WINDOW));
      }
    }
    if (pictures.length > 0) await writeTiles(join(folder, 'sheets', `pairs-${measure}.jpg`), pictures, 8);
  }
}

function cropped(
  { width, data }: Image,
  part: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
): Image {
  const out = new Uint8Array(3 * part.width * part.height);
  for (let row = 0; row < part.height; row++) {
    const from = 3 * ((part.top + row) * width + part.left);
    out.set(data.subarray(from, from + 3 * part.width), 3 * row * part.width);
  }
  return { width: part.width, height: part.height, channels: 3, data: out };
}

async function writeTiles(path: string, pictures: readonly Image[], columns: number): Promise<void> {
  const [{ width, height }] = pictures;
  const rows = Math.ceil(pictures.length / columns);
  const sheet = sharp({
    create: {
      width: Math.min(columns, pictures.length) * width,
      height: rows * height,
      channels: 3,
      background: '#404040',
    },
  }).composite(
    pictures.map((picture, i) => ({
      input: Buffer.from(picture.data),
      raw: { width, height, channels: 3 },
      left: (i % columns) * width,
      top: Math.floor(i / columns) * height,
    })),
  );
  await writeWholeFile(path, await sheet.jpeg({ quality: 88 }).toBuffer());
}
