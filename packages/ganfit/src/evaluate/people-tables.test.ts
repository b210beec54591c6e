import { expect, test } from 'vitest';
import type { Portrait } from './compare-likeness.ts';
import type { PersonFit } from './evaluate-people.ts';
import { peopleTables } from './people-tables.ts';

function portrait(judge: number, angle: number): Portrait {
  return {
    descriptor: Float32Array.of(judge, ...new Float32Array(127)),
    embedding: Float32Array.of(Math.cos(angle), Math.sin(angle)),
  };
}

function fit(
  id: string,
  person: string,
  at: number,
  condition: PersonFit['condition'] = 'as it is',
): PersonFit {
  const picture = { width: 0, height: 0, channels: 3, data: new Uint8Array(0) } as const;
  const head = { alone: portrait(at + 0.5, 0.1), overPhoto: portrait(at + 0.2, 0.05), picture };
  const photo = { id, path: id, person, sex: person === 'a' ? 'female' : 'male', age: 30 };
  return { photo, condition, real: portrait(at, 0), head, landmarkError: 0.01, tone: 50, seconds: 1 };
}

test('peopleTables: own photo, another photo of the person and strangers are told apart', () => {
  const { tables } = peopleTables([fit('1', 'a', 0), fit('2', 'a', 0.1), fit('3', 'b', 1)], [], {
    preset: 'x',
  });
  const rows = Object.fromEntries(tables[0].rows.map(([name, ...rest]) => [name, rest]));
  // Heads, median, mean, share up to 0.60.
  expect(rows['head alone, its photo'][0]).toBe(3);
  expect(rows['head alone, its photo'][1]).toBeCloseTo(0.5, 6);
  expect(rows['head alone, its photo'][3]).toBe(100);
  expect(rows['head over the photo, its photo'][1]).toBeCloseTo(0.2, 6);
  expect(rows['head alone, another photo of the person'].slice(0, 1)).toEqual([2]);
  expect(rows['head alone, another photo of the person'][2]).toBeCloseTo((0.4 + 0.6) / 2, 6);
  expect(rows['photo, another photo of the person'][1]).toBeCloseTo(0.1, 6);
  expect(rows["another person's photo, a photo"][0]).toBe(4);
  expect(tables[1].rows.map((row) => row.slice(0, 3))).toEqual([
    ['all', 'everybody', 3],
    ['sex', 'female', 2],
    ['sex', 'male', 1],
    ['age', 'under 40', 3],
    ['skin tone', 'light (over 41°)', 3],
  ]);
});

test('peopleTables: degraded photos are compared on the same people only', () => {
  const fits = [fit('1', 'a', 0), fit('1', 'a', 0.3, 'grey'), fit('2', 'b', 0)];
  const { tables } = peopleTables(fits, [], { preset: 'x' });
  const table = tables.find(({ file }) => file === 'people-conditions');
  expect(table?.rows.map((row) => row.slice(0, 2))).toEqual([
    ['as it is', 1],
    ['grey', 1],
  ]);
});
