import {
  angleBetween,
  type Cell,
  lightDirection,
  meanOf,
  neutralScorer,
  photographed,
  summarize,
} from '@ganfit/core/evaluate';
import type { PresetName } from '@ganfit/core/fit';
import type { Image } from '@ganfit/core/image';
import { type Observation, observe } from '@ganfit/core/networks';
import { evaluateShape } from '@ganfit/core/shape';
import { bestPhoto } from '../combine-photos.ts';
import type { Io } from '../io.ts';
import type { Kit } from '../kit.ts';
import { type FittedStages, fitStages } from './fit-stages.ts';
import { readSkin, type SkinSource } from './skins.ts';
import type { Results } from './write-tables.ts';

/** How made heads are evaluated. */
export interface EvaluateSyntheticOptions {
  readonly heads: number;
  readonly seed: number;
  readonly preset: PresetName;
  /** Whether each photo is fitted alone, the three jointly, or both. */
  readonly photos: 'alone' | 'jointly' | 'both';
  /** Also fits the three photos in the paper's way, averaging after every step (Eq. 13). */
  readonly average?: boolean;
}

const ROWS = [
  'mean face',
  'landmarks only, one photo',
  'stage A, one photo',
  'fit, one photo',
  "another person's fit, one photo",
  'landmarks only, three photos',
  'stage A, three photos',
  'fit, three photos',
  'fit, three photos averaged',
  'fit, the best of three photos',
  'fit, the best of three photos in hindsight',
] as const;
type Row = (typeof ROWS)[number];

const JOINTLY = 'jointly';

/**
 * Synthetic truth (docs/evaluation.md): random heads of the shape model in real skins, photographed from three sides,
 * reconstructed from what the real detector finds.
 *
 * @param onPhoto Called with each photograph, for people to look at.
 */
export async function evaluateSynthetic(
  skins: SkinSource,
  kit: Kit,
  options: EvaluateSyntheticOptions,
  io: Io,
  onPhoto: (name: string, image: Image) => Promise<void>,
): Promise<Results> {
  const { model } = kit;
  const score = neutralScorer(model);
  const errors = Object.fromEntries(ROWS.map((row) => [row, [] as number[]])) as Record<Row, number[]>;
  const lights: number[] = [];
  const frontal: number[] = [];
  const perPhoto: Cell[][] = [];
  let previous: Float32Array | undefined;
  let missed = 0;
  for (let head = 0; head < options.heads; head++) {
    const skin = await readSkin(skins, head, kit);
    const photos = photographed(model, skin, options.seed + head);
    const truth = evaluateShape(model, photos[0].identity);
    const error = (identity: Float32Array): number => score(truth, evaluateShape(model, identity));
    const dull = score(truth, model.mean);
    const seen: Observation[] = [];
    const alone: Float32Array[] = [];
    const note = (photo: string, { aligned, started, fitted }: FittedStages): void => {
      const [a, s, b] = [aligned, started, fitted].map(({ identity }) => error(identity));
      const kind = photo === JOINTLY ? 'three photos' : 'one photo';
      errors[`landmarks only, ${kind}`].push(a);
      errors[`stage A, ${kind}`].push(s);
      errors[`fit, ${kind}`].push(b);
      perPhoto.push([head, photo, dull, a, s, b]);
      io.note(
        `head ${head}, ${photo}: mean face ${dull.toFixed(3)}, landmarks ${a.toFixed(3)}, stage A ${s.toFixed(3)}, ` +
          `fit ${b.toFixed(3)} mm`,
      );
    };
    for (const [p, photo] of photos.entries()) {
      // Up to the underscore it is the person, as `evaluate people` has it, which thus can be given these photographs.
      await onPhoto(`head-${head}_${p}`, photo.image);
      const [observation] = await observe(photo.image, kit.networks);
      if (!observation) {
        missed++;
        continue;
      }
      seen.push(observation);
      errors['mean face'].push(dull);
      if (options.photos === 'jointly') continue;
      const stages = await fitStages([observation], kit, { ...options, signal: io.signal });
      note(`photo ${p}`, stages);
      const { fitted } = stages;
      alone.push(fitted.identity);
      const lamp = lightDirection(photo.light);
      const { light, camera } = fitted.photos[0];
      lights.push(angleBetween(lightDirection(light, camera.position), lamp));
      frontal.push(angleBetween(photo.camera.position, lamp));
      if (previous) errors["another person's fit, one photo"].push(error(previous));
      if (p === photos.length - 1) previous = fitted.identity;
    }
    if (options.photos === 'alone' || seen.length < 2) continue;
    const { preset } = options;
    note(JOINTLY, await fitStages(seen, kit, { preset, signal: io.signal }));
    if (alone.length > 0) {
      const each = alone.map(error);
      errors['fit, the best of three photos'].push(each[bestPhoto(seen, kit)]);
      errors['fit, the best of three photos in hindsight'].push(Math.min(...each));
    }
    if (options.average) {
      const { fitted } = await fitStages(seen, kit, { preset, combine: 'average', signal: io.signal });
      errors['fit, three photos averaged'].push(error(fitted.identity));
    }
  }
  return results(errors, { lights, frontal, perPhoto, missed }, skins, options);
}

interface Rest {
  readonly lights: readonly number[];
  readonly frontal: readonly number[];
  readonly perPhoto: readonly Cell[][];
  readonly missed: number;
}

function results(
  errors: Record<Row, number[]>,
  { lights, frontal, perPhoto, missed }: Rest,
  skins: SkinSource,
  { heads, seed, preset }: EvaluateSyntheticOptions,
): Results {
  const rows = ROWS.filter((row) => errors[row].length > 0);
  const dull = meanOf(errors['mean face']);
  const single = meanOf(errors['landmarks only, one photo']);
  const light = (name: string, values: readonly number[]): Cell[] => {
    const { count, mean, median, p90 } = summarize(values);
    return [name, count, median, mean, p90];
  };
  return {
    name: 'synthetic',
    tables: [
      {
        file: 'synthetic',
        title: 'Made heads: distance of the neutral face, millimetres',
        columns: [
          'head',
          'fits',
          'RMS mean',
          'median',
          'p90',
          'of the mean face',
          'of landmarks only, one photo',
        ],
        rows: rows.map((row): Cell[] => {
          const { count, mean, median, p90 } = summarize(errors[row]);
          return [row, count, mean, median, p90, mean / dull, mean / single];
        }),
        notes: [
          `${heads} heads from seed ${seed}, identity N(0, 1), expression N(0, 0.5), three photos each; preset ${preset}; ` +
            `skins from ${skins.kind === 'textures' ? 'held-out textures' : 'portraits'} (${skins.paths.length}).`,
          `${missed} photos without a face found; they are left out.`,
          "Landmarks only: with the shape model's own prior. Stage A: what the fit starts from, where a regressor has read the shape.",
          'Truth to head, point to plane, every fifth vertex of the narrow face; similarity with free scale, then ICP. ' +
            'Heads of the model that is fitted flatter it: report them apart from scans.',
        ],
      },
      ...(lights.length > 0
        ? [
            {
              file: 'synthetic-light',
              title: 'Direction of the light, degrees',
              columns: ['estimate', 'photos', 'median', 'mean', 'p90'],
              rows: [light('fit', lights), light('from the camera', frontal)],
              notes: [
                'Against the lamp as seen from the head. Skins carry what light their own portraits have left.',
              ],
            },
          ]
        : []),
      {
        file: 'synthetic-photos',
        title: 'Every fit: RMS, millimetres',
        columns: ['head', 'photos', 'mean face', 'landmarks only', 'stage A', 'fit'],
        rows: perPhoto,
      },
    ],
    charts: [
      {
        file: 'synthetic',
        title: 'Made heads',
        axis: 'distance to the truth, RMS, mm',
        series: ['mean'],
        groups: rows.map((label) => ({ label, values: [meanOf(errors[label])] })),
      },
    ],
  };
}
