import { readFile } from 'node:fs/promises';
import { GanfitError } from '@ganfit/core/error';
import {
  type Cell,
  type MarkError,
  type MarkedFace,
  markAgreement,
  meanOf,
  readTemplate,
  summarize,
  WEBMORPH_189,
} from '@ganfit/core/evaluate';
import { align, alignmentPoints, PRESETS, type PresetName, regressShape } from '@ganfit/core/fit';
import { chooseFace, type Observation, observe } from '@ganfit/core/networks';
import { evaluateShape } from '@ganfit/core/shape';
import { readPhoto } from '../image.ts';
import type { Io } from '../io.ts';
import type { Kit } from '../kit.ts';
import { fitStages } from './fit-stages.ts';
import type { PersonPhoto } from './people-list.ts';
import type { Results } from './write-tables.ts';

/** How heads are compared with hand-placed points. */
export interface EvaluatePointsOptions {
  readonly preset: PresetName;
  /** Runs stage B, too; without it only what the landmarks and the regressor say is compared, in seconds. */
  readonly fit?: boolean;
}

/** A photo with points, and the photo that the head is made of. */
interface Pair {
  readonly face: MarkedFace;
  readonly shown: PersonPhoto;
}

const ROWS = ['landmarks only', 'regressed alone', 'stage A', 'fit'] as const;
type Row = (typeof ROWS)[number];

/**
 * Compares heads with points that somebody placed on photos: `NAME.tem` beside a photo. The head is made of another photo of the person
 * where there is one, at rest, so that no error of a landmark counts as shape.
 *
 * @throws GanfitError `input` when fewer than four people have points.
 */
export async function evaluatePoints(
  photos: readonly PersonPhoto[],
  kit: Kit,
  options: EvaluatePointsOptions,
  io: Io,
): Promise<Results> {
  const pairs = await pairsOf(photos);
  if (pairs.length < 4) {
    throw new GanfitError(
      'input',
      `points: at least four people must have a photo with a .tem file beside it, got ${pairs.length}. Name other photos.`,
    );
  }
  const found: { face: MarkedFace; shapes: Partial<Record<Row, Float32Array>> }[] = [];
  let missed = 0;
  for (const { face, shown } of pairs) {
    const { image, focal } = await readPhoto(shown.path);
    const faces = await observe(image, kit.networks, { focal });
    if (faces.length === 0) {
      missed++;
      continue;
    }
    const shapes = await shapesOf(chooseFace(faces, undefined, shown.id), kit, options, io);
    found.push({ face, shapes });
    io.note(`${shown.id}: ${found.length} of ${pairs.length}`);
  }
  const score = (shape: (i: number) => Float32Array | undefined): MarkError[] | undefined => {
    const heads = found.map(({ face }, i) => ({ face, identity: shape(i) }));
    if (heads.some(({ identity }) => identity === undefined)) return undefined;
    return markAgreement(
      heads.map(({ face, identity }) => ({ face, vertices: evaluateShape(kit.model, identity ?? []) })),
      kit.model,
      WEBMORPH_189,
    );
  };
  const nobody = new Float32Array(kit.model.identity.count);
  const mean = score(() => nobody) ?? [];
  const half = Math.floor(found.length / 2);
  const rows: [string, MarkError[] | undefined][] = [
    ['mean face', mean],
    ...ROWS.map((row): [string, MarkError[] | undefined] => [row, score((i) => found[i].shapes[row])]),
    ["another person's stage A", score((i) => found[(i + half) % found.length].shapes['stage A'])],
  ];
  const parts = Object.keys(mean[0].parts);
  return {
    name: 'points',
    tables: [
      {
        file: 'points',
        title: 'Hand-placed points: distance from the head, % of the distance of the outer eye corners',
        columns: [
          'head',
          'people',
          'all',
          ...parts,
          'beside the mean face',
          'standard error',
          'better for, %',
        ],
        rows: rows.flatMap(([name, errors]) => (errors ? [rowOf(name, errors, mean, parts)] : [])),
        notes: [
          `${found.length} people, root mean squares; ${missed} photos without a face found are left out.` +
            (options.fit ? ` Preset ${options.preset}.` : ''),
          'Heads at rest, made of another photo of the person where there is one; which vertex a point means is learnt on half of the ' +
            'people for each row and measured on the other half. Pose and size are fitted to each photo. The outline counts across it.',
        ],
      },
    ],
  };
}

/** One marked photo of each person, with the photo to make the head of. */
async function pairsOf(photos: readonly PersonPhoto[]): Promise<Pair[]> {
  const people = new Map<
    string,
    { marked?: { photo: PersonPhoto; face: MarkedFace }; others: PersonPhoto[] }
  >();
  for (const photo of photos) {
    const own = people.get(photo.person) ?? { others: [] };
    people.set(photo.person, own);
    const text = await readFile(photo.path.replace(/\.[^.]+$/, '.tem'), 'utf8').catch(() => undefined);
    if (text === undefined || own.marked) own.others.push(photo);
    else own.marked = { photo, face: readTemplate(text) };
  }
  return [...people.values()].flatMap(({ marked, others }): Pair[] =>
    marked ? [{ face: marked.face, shown: others[0] ?? marked.photo }] : [],
  );
}

async function shapesOf(
  observation: Observation,
  kit: Kit,
  { preset, fit }: EvaluatePointsOptions,
  io: Io,
): Promise<Partial<Record<Row, Float32Array>>> {
  const { model, regressor } = kit;
  const points = alignmentPoints(model);
  const prior =
    regressor && PRESETS[preset].shapePrior === 'regressed'
      ? regressShape(regressor, [observation], points)
      : undefined;
  const alone = prior && { 'regressed alone': prior.mean };
  if (fit) {
    const { aligned, started, fitted } = await fitStages([observation], kit, { preset, signal: io.signal });
    return {
      'landmarks only': aligned.identity,
      ...alone,
      'stage A': started.identity,
      fit: fitted.identity,
    };
  }
  const identity = (options: object): Float32Array =>
    align(model, [observation], { points, ...options }).parameters.identity;
  return { 'landmarks only': identity({}), ...alone, 'stage A': identity({ prior }) };
}

function rowOf(
  name: string,
  errors: readonly MarkError[],
  mean: readonly MarkError[],
  parts: readonly string[],
): Cell[] {
  const gains = errors.map(({ all }, i) => all - mean[i].all);
  const { deviation } = summarize(gains);
  const of = (part: string): number => meanOf(errors.map((one) => one.parts[part]));
  const better = (100 * gains.filter((gain) => gain < 0).length) / gains.length;
  return [
    name,
    errors.length,
    meanOf(errors.map(({ all }) => all)),
    ...parts.map(of),
    ...(errors === mean ? [] : [meanOf(gains), deviation / Math.sqrt(gains.length - 1), better]),
  ];
}
