import { type Cell, meanOf, summarize, type Table } from '@ganfit/core/evaluate';
import { JUDGE_THRESHOLD } from '@ganfit/core/networks';
import { compare, type Portrait } from './compare-likeness.ts';
import type { PersonTogether } from './evaluate-pairs.ts';

/** How near a head, in the pose of one of its photos, comes to photos of its person. */
interface Nearness {
  readonly judge: number;
  readonly cosine: number;
}

const WAYS = [
  'each photo alone, on average',
  'the photo that shows most (--combine best)',
  'the best photo in hindsight',
  'averaged (Eq. 13)',
  'averaged, in that photo’s pose',
  'jointly',
  'jointly, in that photo’s pose',
] as const;
type Way = (typeof WAYS)[number];

const AGAINST = [
  'the photo of its pose',
  'the other photos of the fit',
  'a photo that took no part',
  'all of them',
] as const;
type Against = (typeof AGAINST)[number];

/** The tables of people with several photos: what fitting them together brings. */
export function pairTables(people: readonly PersonTogether[]): (Table & { file: string })[] {
  if (people.length === 0) return [];
  const measured = people.map(measure);
  const rows = WAYS.flatMap((way) =>
    AGAINST.flatMap((against): Cell[][] => {
      const list = measured.flatMap((one) => one[way][against] ?? []);
      if (list.length === 0) return [];
      const judges = list.map(({ judge }) => judge);
      const share = (100 * judges.filter((judge) => judge <= JUDGE_THRESHOLD).length) / judges.length;
      return [[way, against, list.length, meanOf(judges), share, meanOf(list.map(({ cosine }) => cosine))]];
    }),
  );
  const gain = (way: Way, single: Way): Cell[] => {
    const gains = measured.flatMap((one) => {
      const [a, b] = [decisive(one[single]), decisive(one[way])];
      return a && b ? [a.judge - b.judge] : [];
    });
    const { count, mean, deviation } = summarize(gains);
    const nearer = gains.filter((value) => value > 0).length;
    return [way, single, count, nearer, mean, deviation / Math.sqrt(count - 1)];
  };
  return [
    {
      file: 'people-together',
      title: 'Several photos of one person: the head alone',
      columns: ['fitted', 'against', 'people', 'judge mean', 'judge ≤ 0.60, %', 'cosine mean'],
      rows,
      notes: [
        'Each person counts once: means over the poses and photos of the person. Of three and more photos the last takes no part.',
        'In hindsight: of the photos alone, the one whose head is nearest to all photos; it is what the person could have chosen at best.',
      ],
    },
    {
      file: 'people-together-gain',
      title: 'Is the head of all photos nearer to the person than that of one? Judge distance, paired',
      columns: ['fitted', 'instead of', 'people', 'nearer', 'mean gain', 'standard error'],
      rows: [
        gain('averaged (Eq. 13)', 'each photo alone, on average'),
        gain('jointly', 'each photo alone, on average'),
        gain('averaged, in that photo’s pose', 'the best photo in hindsight'),
        gain('jointly, in that photo’s pose', 'the best photo in hindsight'),
      ],
      notes: ['Against the photo that took no part; where a person has but two photos, against both.'],
    },
  ];
}

type Measured = Readonly<Record<Way, Readonly<Partial<Record<Against, Nearness>>>>>;

function measure({ alone, apart, chosen, joint, average }: PersonTogether): Measured {
  const photos = alone.map(({ real }) => real);
  const heads = alone.map(({ head }) => head.alone);
  const of = (list: readonly Portrait[], poses: readonly number[]): Partial<Record<Against, Nearness>> => {
    const shown = poses.filter((p) => list[p]);
    if (shown.length === 0) return {};
    const own = mean(shown.map((p) => compare(list[p], photos[p])));
    const rest = shown.flatMap((p) =>
      photos.flatMap((photo, q) => (q === p ? [] : [compare(list[p], photo)])),
    );
    const strange = apart && mean(shown.map((p) => compare(list[p], apart.real)));
    const all = shown.flatMap((p) =>
      [...photos, ...(apart ? [apart.real] : [])].map((q) => compare(list[p], q)),
    );
    return {
      'the photo of its pose': own,
      'the other photos of the fit': mean(rest),
      ...(strange && { 'a photo that took no part': strange }),
      'all of them': mean(all),
    };
  };
  const everywhere = photos.map((_, p) => p);
  const each = everywhere.map((p) => of(heads, [p]));
  const judged = each.map((one) => decisive(one)?.judge ?? Number.NaN);
  const best = judged.reduce((at, value, p) => (value < judged[at] ? p : at), 0);
  return {
    'each photo alone, on average': of(heads, everywhere),
    'the photo that shows most (--combine best)': each[chosen],
    'the best photo in hindsight': each[best],
    'averaged (Eq. 13)': of(average, everywhere),
    // Compared in one pose, as an easy pose shall not count as a better head.
    'averaged, in that photo’s pose': of(average, [best]),
    jointly: of(joint, everywhere),
    'jointly, in that photo’s pose': of(joint, [best]),
  };
}

/** What decides between fits: a photo that none of them saw where there is one. */
function decisive(one: Measured[Way]): Nearness | undefined {
  return one['a photo that took no part'] ?? one['all of them'];
}

function mean(list: readonly Nearness[]): Nearness {
  return { judge: meanOf(list.map(({ judge }) => judge)), cosine: meanOf(list.map(({ cosine }) => cosine)) };
}
