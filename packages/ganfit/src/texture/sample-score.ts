import { gaussianDistance, type Table, wilsonInterval } from '@ganfit/core/evaluate';
import type { NearestMaps } from './nearest-maps.ts';
import type { TextureLook } from './texture-look.ts';

/** What is written of a random texture, one line each. */
export interface SampleScore extends Pick<TextureLook, 'detector' | 'landmarks' | 'outside'> {
  /** Which of the seeded samples. */
  readonly n: number;
  /** How unusual the identity network finds the render among those of training maps; about 1 for theirs. */
  readonly distance: number;
  /** How unusual its mean skin color is among those of training maps; about 1 for theirs. */
  readonly skin: number;
  /** Of the first samples only. */
  readonly nearest?: NearestMaps;
}

/** The same of a map of a photo. */
export interface MapScore extends Omit<SampleScore, 'n'> {
  readonly id: string;
  readonly heldOut: boolean;
}

/** Beyond these a sample is no coherent face. */
export interface Bounds {
  readonly landmarks: number;
  readonly distance: number;
  readonly skin: number;
  readonly outside: number;
}

/** What can be wrong with a sample. */
export const FAULTS = ['face', 'landmarks', 'distance', 'skin', 'outside'] as const;
export type Fault = (typeof FAULTS)[number];

/** Share of the face that may be brighter or darker than can be shown. */
const OUTSIDE = 0.02;

/** A face must look like one at least as much as the oddest real map does. */
export function boundsOf(real: readonly MapScore[]): Bounds {
  return {
    landmarks: Math.max(...real.map(({ landmarks }) => landmarks)),
    distance: Math.max(...real.map(({ distance }) => distance)),
    skin: Math.max(...real.map(({ skin }) => skin)),
    outside: OUTSIDE,
  };
}

/** What is wrong with a sample. */
export function faultsOf(score: Omit<SampleScore, 'n' | 'nearest'>, bounds: Bounds): Fault[] {
  const holds: Record<Fault, boolean> = {
    face: score.detector === 0,
    landmarks: score.landmarks > bounds.landmarks,
    distance: score.distance > bounds.distance,
    skin: score.skin > bounds.skin,
    outside: score.outside > bounds.outside,
  };
  return FAULTS.filter((fault) => holds[fault]);
}

/** How near a sample is to failing, or by how much it does: 1 at the nearest bound. */
export function oddness(score: Omit<SampleScore, 'n' | 'nearest'>, bounds: Bounds): number {
  if (score.detector === 0) return Number.MAX_VALUE;
  return Math.max(
    score.landmarks / bounds.landmarks,
    score.distance / bounds.distance,
    score.skin / bounds.skin,
    score.outside / bounds.outside,
  );
}

/** How unusual a look is among others. */
export interface Unusualness {
  readonly distance: (look: Compared) => number;
  readonly skin: (look: Compared) => number;
}

type Compared = Pick<TextureLook, 'embedding' | 'skin'>;

/** Learns what is usual. */
export function unusualness(looks: readonly Compared[]): Unusualness {
  const distance = gaussianDistance(looks.map(({ embedding }) => embedding));
  const skin = gaussianDistance(
    looks.map((look) => look.skin),
    { shrinkage: 1e-6 },
  );
  return { distance: ({ embedding }) => distance(embedding), skin: (look) => skin(look.skin) };
}

/**
 * How unusual each of some maps is among the others: those of a fifth of the people are measured against the remaining ones, so
 * that they compare with textures of nobody.
 *
 * @param maps What was seen, and whose they are.
 */
export function unusualAmongOthers(
  maps: readonly (Compared & { readonly person: number })[],
): { readonly distance: number; readonly skin: number }[] {
  const folds = Math.min(5, maps.length);
  const result: { readonly distance: number; readonly skin: number }[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const usual = unusualness(maps.filter(({ person }) => person % folds !== fold));
    for (const [i, map] of maps.entries()) {
      if (map.person % folds === fold) result[i] = { distance: usual.distance(map), skin: usual.skin(map) };
    }
  }
  return result;
}

const WORDS: Record<Fault, string> = {
  face: 'no face found on the render',
  landmarks: 'landmarks out of place, share of the eyes’ distance',
  distance: 'unlike real faces, distance of the embedding',
  skin: 'skin of an unseen color, deviations',
  outside: 'colors out of range, share of the face',
};

/** Failures, by reason and together, with the 95 % interval of their share. */
export function coherenceTable(
  samples: readonly SampleScore[],
  real: readonly MapScore[],
  bounds: Bounds,
): Table {
  const row = (title: string, bound: number | undefined, failed: (s: Omit<SampleScore, 'n'>) => boolean) => {
    const count = samples.filter(failed).length;
    const [low, high] = wilsonInterval(count, samples.length);
    return [
      title,
      bound,
      `${real.filter(failed).length} of ${real.length}`,
      `${count} of ${samples.length}`,
      `${percent(count / samples.length)} (${percent(low)} to ${percent(high)})`,
    ];
  };
  return {
    title: 'Coherence',
    columns: ['fault', 'bound', 'maps of photos', 'samples', 'share of samples, 95 % interval'],
    rows: [
      ...FAULTS.map((fault) =>
        row(WORDS[fault], fault === 'face' ? undefined : bounds[fault], (s) =>
          faultsOf(s, bounds).includes(fault),
        ),
      ),
      row('any', undefined, (s) => faultsOf(s, bounds).length > 0),
    ],
    notes: ['Bounds of landmarks, distance and skin: those of the oddest map of a photo.'],
  };
}

/** Quantiles of what was measured, samples beside maps of photos. */
export function spreadTable(samples: readonly SampleScore[], real: readonly MapScore[]): Table {
  const rows = (['detector', 'landmarks', 'distance', 'skin', 'outside'] as const).flatMap((name) => [
    [`${name}, samples`, ...quantiles(samples.map((s) => s[name]))],
    [`${name}, maps of photos`, ...quantiles(real.map((s) => s[name]))],
  ]);
  return { title: 'What was measured', columns: ['', ...SHARES.map((share) => `${100 * share} %`)], rows };
}

/** How near samples come to training maps, beside how near held-out maps do. */
export function memorizationTable(samples: readonly SampleScore[], real: readonly MapScore[]): Table {
  const names = {
    detail: 'correlation of details',
    tone: 'difference of colors, of 255',
    identity: 'cosine of embeddings',
  };
  const near = (list: readonly Omit<SampleScore, 'n'>[], name: keyof NearestMaps) =>
    list.flatMap(({ nearest }) => (nearest ? [nearest[name].value] : []));
  const heldOut = real.filter((map) => map.heldOut);
  const rows = (Object.keys(names) as (keyof NearestMaps)[]).flatMap((name) => [
    [`${names[name]}, samples`, ...quantiles(near(samples, name))],
    [`${names[name]}, held-out maps`, ...quantiles(near(heldOut, name))],
  ]);
  const count = samples.filter(({ nearest }) => nearest).length;
  return {
    title: 'To the nearest training map',
    columns: ['', ...SHARES.map((share) => `${100 * share} %`)],
    rows,
    notes: [`${count} samples, ${heldOut.length} held-out maps. Details also against mirror images.`],
  };
}

const SHARES = [0, 0.01, 0.05, 0.5, 0.95, 0.99, 1];

function quantiles(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return SHARES.map((share) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
