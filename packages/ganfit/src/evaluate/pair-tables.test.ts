import { expect, test } from 'vitest';
import type { Portrait } from './compare-likeness.ts';
import type { PersonTogether } from './evaluate-pairs.ts';
import type { PersonFit } from './evaluate-people.ts';
import { pairTables } from './pair-tables.ts';

/** Everything lies on a line, so that distances can be counted. */
function portrait(place: number): Portrait {
  return { descriptor: Float32Array.of(place), embedding: Float32Array.of(1, place) };
}

function fit(id: string, real: number, head: number): PersonFit {
  const picture = { width: 0, height: 0, channels: 3, data: new Uint8Array(0) } as const;
  const photo = { id, path: id, person: 'a' };
  return {
    photo,
    condition: 'as it is',
    real: portrait(real),
    head: { alone: portrait(head), overPhoto: portrait(head), picture },
    landmarkError: 0.01,
    tone: 50,
    seconds: 1,
  };
}

/** Rows as `way, against` to judge's mean. */
function judges(people: readonly PersonTogether[], table = 0): Record<string, unknown> {
  const { rows } = pairTables(people)[table];
  return Object.fromEntries(rows.map(([way, against, , judge]) => [`${way}, ${against}`, judge]));
}

const TWO: PersonTogether = {
  person: 'a',
  // Photos at 0 and 0.2; heads as fitted at 0.5 and 0.6.
  alone: [fit('1', 0, 0.5), fit('2', 0.2, 0.6)],
  chosen: 1,
  joint: [portrait(0.3), portrait(0.4)],
  average: [portrait(0.45), portrait(0.7)],
  placed: {
    // Distances 0.3 and 0.4 of the first head, 0.7 and 0.2 of the second.
    alone: [
      [portrait(0.3), portrait(0.6)],
      [portrait(0.7), portrait(0.4)],
    ],
    joint: [portrait(0.2), portrait(0.3)],
    average: [portrait(0.4), portrait(0.7)],
  },
};

test('pairTables: heads are put into both photos, in hindsight the better one is taken', () => {
  const found = judges([TWO]);
  const near = (row: string, value: number) => expect(found[row], row).toBeCloseTo(value, 5);
  near('each photo alone, on average, photos of its fit', (0.3 + 0.2) / 2);
  near('each photo alone, on average, photos that it never saw', (0.4 + 0.7) / 2);
  near('the photo that shows most (--combine best), all of them', (0.7 + 0.2) / 2);
  near('the best photo in hindsight, photos of its fit', 0.3);
  near('the best photo in hindsight, all of them', (0.3 + 0.4) / 2);
  near('jointly, photos of its fit', (0.2 + 0.1) / 2);
  near('averaged (Eq. 13), all of them', (0.4 + 0.5) / 2);
  expect(found['jointly, photos that it never saw']).toBeUndefined();
});

test('pairTables: as fitted, each head is compared with the photo of its pose and with the other one', () => {
  const found = judges([TWO], 2);
  const near = (row: string, value: number) => expect(found[row], row).toBeCloseTo(value, 5);
  near('each photo alone, on average, the photo of its pose', (0.5 + 0.4) / 2);
  near('each photo alone, on average, the other photos of the fit', (0.3 + 0.6) / 2);
  near('jointly, the photo of its pose', (0.3 + 0.2) / 2);
  near('averaged (Eq. 13), the other photos of the fit', (0.25 + 0.7) / 2);
});

test('pairTables: of three photos the one that took no part decides, and gains are paired', () => {
  // The photo apart is at 1: the second head is nearer to it, which is farther from the photos of the fit.
  const three: PersonTogether = {
    ...TWO,
    apart: fit('3', 1, 0),
    placed: {
      alone: TWO.placed.alone.map((list, p) => [...list, portrait([0.2, 0.6][p])]),
      joint: [...TWO.placed.joint, portrait(0.5)],
      average: [...TWO.placed.average, portrait(0.7)],
    },
  };
  const [, { rows }] = pairTables([TWO, three, three]);
  const gains = Object.fromEntries(rows.map(([way, single, ...rest]) => [`${way}, ${single}`, rest]));
  const [people, nearer, gain, error] = gains['jointly, the best photo in hindsight'].map(Number);
  // 0.35 - 0.15 for two photos; 0.4 - 0.5 for those with a third.
  expect([people, nearer]).toEqual([3, 1]);
  const values = [0.2, -0.1, -0.1];
  const mean = values.reduce((sum, value) => sum + value / 3, 0);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  expect(gain).toBeCloseTo(mean, 5);
  expect(error).toBeCloseTo(Math.sqrt(squares / 2 / 3), 5);
  const found = judges([three]);
  expect(found['jointly, photos that it never saw']).toBeCloseTo(0.5, 5);
  expect(found['the best photo in hindsight, photos that it never saw']).toBeCloseTo((0.7 + 0.4) / 2, 5);
});

test('pairTables: a way that nobody asked for has no rows', () => {
  const tables = pairTables([{ ...TWO, average: [], placed: { ...TWO.placed, average: [] } }]);
  for (const { rows } of tables) {
    expect(rows.some(([way]) => way === 'averaged (Eq. 13)')).toBe(false);
    expect(rows.some(([way]) => way === 'jointly')).toBe(true);
  }
});

test('pairTables: nothing without people', () => {
  expect(pairTables([])).toEqual([]);
});
