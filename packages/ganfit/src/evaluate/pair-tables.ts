import { type Cell, meanOf, summarize, type Table } from '@ganfit/core/evaluate';
import { JUDGE_THRESHOLD } from '@ganfit/core/networks';
import { compare, type Portrait } from './compare-likeness.ts';
import type { PersonTogether } from './evaluate-pairs.ts';

/** How near a head comes to photos of its person. */
interface Nearness {
  readonly judge: number;
  readonly cosine: number;
}

const WAYS = [
  'each photo alone, on average',
  'the photo that shows most (--combine best)',
  'the best photo in hindsight',
  'averaged (Eq. 13)',
  'jointly',
] as const;
type Way = (typeof WAYS)[number];

const AGAINST = ['photos of its fit', 'photos that it never saw', 'all of them'] as const;
type Against = (typeof AGAINST)[number];

const COLUMNS = ['fitted', 'against', 'people', 'judge mean', 'judge ≤ 0.60, %', 'cosine mean'];

/** The tables of people with several photos: what fitting them together brings. */
export function pairTables(people: readonly PersonTogether[]): (Table & { file: string })[] {
  if (people.length === 0) return [];
  const measured = people.map(measurePlaced);
  const gain = (way: Way, single: Way): Cell[] => {
    const gains = measured.flatMap((one) => {
      const [a, b] = [one[single].decisive, one[way].decisive];
      return a && b ? [a.judge - b.judge] : [];
    });
    const { count, mean, deviation } = summarize(gains);
    const nearer = gains.filter((value) => value > 0).length;
    return [way, single, count, nearer, mean, deviation / Math.sqrt(count - 1)];
  };
  const singles = WAYS.slice(0, 3);
  return [
    {
      file: 'people-together',
      title: 'Several photos of one person: the head put into each photo, alone',
      columns: COLUMNS,
      rows: WAYS.flatMap((way) =>
        AGAINST.flatMap((against) =>
          figures(
            way,
            against,
            measured.flatMap((one) => one[way].against[against] ?? []),
          ),
        ),
      ),
      notes: [
        'Shape and skin of every head are put into every photo by one procedure (pose and expression by landmarks, the light that ' +
          'explains it best) and compared with that photo. Each person counts once, with the mean over photos.',
        'Of three and more photos no fit sees the last one. In hindsight: of the photos alone, the one whose head is nearest in ' +
          'what decides, see below; it is the best that the person could have chosen.',
      ],
    },
    {
      file: 'people-together-gain',
      title: 'Is the head of all photos nearer to the person than that of one? Judge distance, paired',
      columns: ['fitted', 'instead of', 'people', 'nearer', 'mean gain', 'standard error'],
      rows: (['averaged (Eq. 13)', 'jointly'] as const)
        .filter((way) => measured.some((one) => one[way].decisive))
        .flatMap((way) => singles.map((single) => gain(way, single))),
      notes: [
        'What decides: the photo that took no part; where a person has but two photos, both. Put into each, as above.',
      ],
    },
    {
      file: 'people-together-fitted',
      title: 'The same heads in the pose, expression and light that were fitted with them',
      columns: COLUMNS,
      rows: fittedRows(people),
      notes: [
        'Here a head of one photo is shown as that photo alone wants it, which flatters it: what it lacks may hide in expression and light.',
      ],
    },
  ];
}

function figures(way: string, against: string, list: readonly Nearness[]): Cell[][] {
  if (list.length === 0) return [];
  const judges = list.map(({ judge }) => judge);
  const share = (100 * judges.filter((judge) => judge <= JUDGE_THRESHOLD).length) / judges.length;
  return [[way, against, list.length, meanOf(judges), share, meanOf(list.map(({ cosine }) => cosine))]];
}

/** One way to make a head, measured on one person. */
interface Measured {
  readonly against: Readonly<Partial<Record<Against, Nearness>>>;
  /** On a photo that no fit saw where there is one; else on all of them. */
  readonly decisive?: Nearness;
}

function measurePlaced({ alone, apart, chosen, placed }: PersonTogether): Readonly<Record<Way, Measured>> {
  const photos = [...alone, ...(apart ? [apart] : [])].map(({ real }) => real);
  const took = alone.map((_, p) => p);
  const of = (list: readonly Portrait[], seen: readonly number[]): Measured => {
    if (list.length === 0) return { against: {} };
    const near = list.map((head, p) => compare(head, photos[p]));
    const rest = near.filter((_, p) => !seen.includes(p));
    const all = mean(near);
    return {
      against: {
        'photos of its fit': mean(near.filter((_, p) => seen.includes(p))),
        ...(rest.length > 0 && { 'photos that it never saw': mean(rest) }),
        'all of them': all,
      },
      decisive: apart ? near[near.length - 1] : all,
    };
  };
  const each = placed.alone.map((list, p) => of(list, [p]));
  const judged = each.map(({ decisive }) => decisive?.judge ?? Number.POSITIVE_INFINITY);
  const best = judged.reduce((at, value, p) => (value < judged[at] ? p : at), 0);
  return {
    'each photo alone, on average': average(each),
    'the photo that shows most (--combine best)': each[chosen],
    'the best photo in hindsight': each[best],
    'averaged (Eq. 13)': of(placed.average, took),
    jointly: of(placed.joint, took),
  };
}

function average(list: readonly Measured[]): Measured {
  const of = (pick: (one: Measured) => Nearness | undefined): Nearness | undefined => {
    const found = list.flatMap((one) => pick(one) ?? []);
    return found.length > 0 ? mean(found) : undefined;
  };
  return {
    against: Object.fromEntries(
      AGAINST.flatMap((name) => {
        const found = of(({ against }) => against[name]);
        return found ? [[name, found]] : [];
      }),
    ),
    decisive: of(({ decisive }) => decisive),
  };
}

function fittedRows(people: readonly PersonTogether[]): Cell[][] {
  const rows = (way: Way, heads: (person: PersonTogether) => readonly Portrait[]): Cell[][] => {
    const lists = people.map((person) => ({ own: heads(person), photos: person.alone })).filter(hasHeads);
    const own = lists.map((one) => mean(one.own.map((head, p) => compare(head, one.photos[p].real))));
    const others = lists.map(({ own, photos }) =>
      mean(own.flatMap((head, p) => photos.flatMap(({ real }, q) => (p === q ? [] : [compare(head, real)])))),
    );
    return [
      ...figures(way, 'the photo of its pose', own),
      ...figures(way, 'the other photos of the fit', others),
    ];
  };
  return [
    ...rows('each photo alone, on average', ({ alone }) => alone.map(({ head }) => head.alone)),
    ...rows('averaged (Eq. 13)', ({ average }) => average),
    ...rows('jointly', ({ joint }) => joint),
  ];
}

function hasHeads({ own }: { readonly own: readonly Portrait[] }): boolean {
  return own.length > 0;
}

function mean(list: readonly Nearness[]): Nearness {
  return { judge: meanOf(list.map(({ judge }) => judge)), cosine: meanOf(list.map(({ cosine }) => cosine)) };
}
