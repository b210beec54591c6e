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
function judges(people: readonly PersonTogether[]): Record<string, unknown> {
  const [{ rows }] = pairTables(people);
  return Object.fromEntries(rows.map(([way, against, , judge]) => [`${way}, ${against}`, judge]));
}

const TWO: PersonTogether = {
  person: 'a',
  // Heads at 0.5 and 0.6; photos at 0 and 0.2: mean distances 0.4 and 0.5.
  alone: [fit('1', 0, 0.5), fit('2', 0.2, 0.6)],
  chosen: 1,
  joint: [portrait(0.3), portrait(0.4)],
  average: [portrait(0.45), portrait(0.7)],
};

test('pairTables: two photos are compared with both, in hindsight with the better one', () => {
  const found = judges([TWO]);
  const near = (row: string, value: number) => expect(found[row], row).toBeCloseTo(value, 5);
  near('each photo alone, on average, the photo of its pose', (0.5 + 0.4) / 2);
  near('each photo alone, on average, the other photos of the fit', (0.3 + 0.6) / 2);
  near('the photo that shows most (--combine best), all of them', 0.5);
  near('the best photo in hindsight, all of them', 0.4);
  near('jointly, all of them', (0.3 + 0.1 + 0.4 + 0.2) / 4);
  near('jointly, in that photo’s pose, all of them', 0.2);
  expect(Object.keys(found).some((row) => row.includes('no part'))).toBe(false);
});

test('pairTables: of three photos the one that took no part decides, and gains are paired', () => {
  // To the photo at 1 the second head is nearer, which is farther from its own photos.
  const three = { ...TWO, apart: fit('3', 1, 0) };
  const [, { rows }] = pairTables([TWO, three, three]);
  const gains = Object.fromEntries(rows.map(([way, , ...rest]) => [way, rest]));
  const [people, nearer, gain, error] = gains['jointly, in that photo’s pose'].map(Number);
  // 0.2 for two photos; -0.2 for those whose third one the joint head, at 0.4 in that pose, is farther from.
  expect([people, nearer]).toEqual([3, 1]);
  expect(gain).toBeCloseTo((0.2 - 0.2 - 0.2) / 3, 5);
  expect(error).toBeCloseTo(Math.sqrt((0.04 * 3 - 0.04 / 3) / 2 / 3), 5);
  expect(judges([three])['jointly, a photo that took no part']).toBeCloseTo(0.65, 5);
});

test('pairTables: nothing without people', () => {
  expect(pairTables([])).toEqual([]);
});
