import { type Cell, meanOf, summarize, type Table } from '@ganfit/core/evaluate';
import { JUDGE_THRESHOLD } from '@ganfit/core/networks';
import { compare, type Likenesses, type Portrait } from './compare-likeness.ts';
import type { PersonTogether } from './evaluate-pairs.ts';
import type { Condition, PersonFailure, PersonFit } from './evaluate-people.ts';
import { pairTables } from './pair-tables.ts';
import { ageBand, toneBand } from './people-list.ts';
import type { Results } from './write-tables.ts';

/** The optimised cosine that a fit should reach. */
const COSINE_TARGET = 0.8;

interface Comparison {
  readonly judge: number;
  readonly cosine: number;
}

const COLUMNS = [
  'heads',
  'judge median',
  'judge mean',
  'judge ≤ 0.60, %',
  'cosine median',
  'cosine ≥ 0.80, %',
];

/** What a list of comparisons says, in the order of `COLUMNS`. */
function figures(list: readonly Comparison[]): Cell[] {
  const judge = summarize(list.map((one) => one.judge));
  const share = (hit: (one: Comparison) => boolean): number =>
    list.length === 0 ? Number.NaN : (100 * list.filter(hit).length) / list.length;
  return [
    list.length,
    judge.median,
    judge.mean,
    share((one) => one.judge <= JUDGE_THRESHOLD),
    summarize(list.map((one) => one.cosine)).median,
    share((one) => one.cosine >= COSINE_TARGET),
  ];
}

/** The tables of held-out portraits (docs/evaluation.md). */
export function peopleTables(
  fits: readonly PersonFit[],
  failures: readonly PersonFailure[],
  what: { readonly preset: string },
  together: readonly PersonTogether[] = [],
): Results {
  const plain = fits.filter(({ condition }) => condition === 'as it is');
  const groups = groupRows(plain);
  return {
    name: 'people',
    tables: [
      {
        file: 'people',
        title: 'Portraits: is the head taken for the person?',
        columns: ['compared', ...COLUMNS],
        rows: overallRows(plain),
        notes: [
          `${plain.length} photos of ${new Set(plain.map(({ photo }) => photo.person)).size} people, preset ${what.preset}; ` +
            `${failures.length} could not be fitted.`,
          `Judge: distance of 128 numbers by a network that no fit sees, the same person up to ${JUDGE_THRESHOLD}. Cosine: of the ` +
            'network that the fit optimises, so it flatters.',
          'Alone: the head over plain grey, five points by mesh landmarks. Over the photo: inside the outline of the face, hair ' +
            'and background are the photo’s.',
        ],
      },
      {
        file: 'people-groups',
        title: 'By group, head alone against its photo',
        columns: ['group', 'is', ...COLUMNS],
        rows: groups,
      },
      ...pairTables(together),
      ...conditionTables(fits),
      photoTable(fits, failures),
    ],
    charts: [
      {
        file: 'people-groups',
        title: 'Heads against their photos',
        axis: 'judge distance, median',
        series: ['alone'],
        groups: groups.map((row) => ({ label: `${row[1]} (${row[2]})`, values: [Number(row[3])] })),
        line: { value: JUDGE_THRESHOLD, label: 'the same person' },
      },
    ],
  };
}

function overallRows(plain: readonly PersonFit[]): Cell[][] {
  const against = (portrait: (fit: PersonFit) => Portrait | undefined): Comparison[] =>
    plain.flatMap((fit) => {
      const found = portrait(fit);
      return found ? [compare(found, fit.real)] : [];
    });
  // Every ordered pair of photos of the same person, and of different ones.
  const pairs = (same: boolean, portrait: (fit: PersonFit) => Portrait | undefined): Comparison[] =>
    plain.flatMap((fit) => {
      const found = portrait(fit);
      if (!found) return [];
      return plain
        .filter((other) => other !== fit && (other.photo.person === fit.photo.person) === same)
        .map((other) => compare(found, other.real));
    });
  const rows: [string, Comparison[]][] = [
    ['head alone, its photo', against(({ head }) => head.alone)],
    ['head over the photo, its photo', against(({ head }) => head.overPhoto)],
    ['landmarks only, alone, its photo', against(({ aligned }) => aligned?.alone)],
    ['mean head in the mean texture, alone, its photo', against(({ mean }) => mean?.alone)],
    ['head alone, another photo of the person', pairs(true, ({ head }) => head.alone)],
    ['landmarks only, alone, another photo of the person', pairs(true, ({ aligned }) => aligned?.alone)],
    [
      'mean head in the mean texture, alone, another photo of the person',
      pairs(true, ({ mean }) => mean?.alone),
    ],
    ['photo, another photo of the person', pairs(true, ({ real }) => real)],
    ["another person's head alone, a photo", pairs(false, ({ head }) => head.alone)],
    ["another person's photo, a photo", pairs(false, ({ real }) => real)],
  ];
  return rows.filter(([, list]) => list.length > 0).map(([name, list]) => [name, ...figures(list)]);
}

function groupRows(plain: readonly PersonFit[]): Cell[][] {
  const kinds: readonly [string, (fit: PersonFit) => string | undefined][] = [
    ['all', () => 'everybody'],
    ['sex', ({ photo }) => photo.sex],
    ['age', ({ photo }) => ageBand(photo.age)],
    ['skin tone', ({ tone }) => toneBand(tone)],
    [
      'glasses',
      ({ photo }) => (photo.glasses === undefined ? undefined : photo.glasses ? 'glasses' : 'no glasses'),
    ],
  ];
  return kinds.flatMap(([kind, of]) => {
    const members = new Map<string, PersonFit[]>();
    for (const fit of plain) {
      const group = of(fit);
      if (group !== undefined) members.set(group, [...(members.get(group) ?? []), fit]);
    }
    return [...members]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([group, list]): Cell[] => [kind, group, ...figures(list.map(ownLikeness))]);
  });
}

function ownLikeness({ head, real }: PersonFit): Comparison {
  return compare(head.alone, real);
}

function conditionTables(fits: readonly PersonFit[]): (Table & { file: string })[] {
  const conditions = [...new Set(fits.map(({ condition }) => condition))];
  if (conditions.length < 2) return [];
  // The same people in every row.
  const whole = new Map<string, Set<Condition>>();
  for (const { photo, condition } of fits) {
    whole.set(photo.id, (whole.get(photo.id) ?? new Set<Condition>()).add(condition));
  }
  const common = fits.filter(({ photo }) => whole.get(photo.id)?.size === conditions.length);
  const rows = conditions.map((condition): Cell[] => {
    const list = common.filter((fit) => fit.condition === condition);
    return [condition, ...figures(list.map(ownLikeness)), 100 * meanOf(list.map((fit) => fit.landmarkError))];
  });
  return [
    {
      file: 'people-conditions',
      title: 'The same photos degraded before the fit, head alone against the photo as it is',
      columns: ['photo', ...COLUMNS, 'landmark error, % of the eyes'],
      rows,
      notes: ['30 pixels: made smaller until the face has 30 pixels, then as large as before.'],
    },
  ];
}

function photoTable(
  fits: readonly PersonFit[],
  failures: readonly PersonFailure[],
): Table & { file: string } {
  const both = (head: Likenesses | undefined, real: Portrait): Cell[] => {
    if (!head) return [undefined, undefined, undefined, undefined];
    const [alone, over] = [compare(head.alone, real), compare(head.overPhoto, real)];
    return [alone.judge, alone.cosine, over.judge, over.cosine];
  };
  return {
    file: 'people-photos',
    title: 'Every photo',
    columns: [
      'photo',
      'as',
      'judge',
      'cosine',
      'judge over photo',
      'cosine over photo',
      'landmark error, %',
      'tone, °',
      'seconds',
    ],
    rows: [
      ...fits.map(({ photo, condition, head, real, landmarkError, tone, seconds }): Cell[] => {
        return [photo.id, condition, ...both(head, real), 100 * landmarkError, tone, seconds];
      }),
      ...failures.map(({ photo, condition, reason }): Cell[] => [photo.id, `${condition}: ${reason}`]),
    ],
  };
}
