import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ageBand, listPeople, toneBand } from './people-list.ts';

const root = mkdtempSync(join(tmpdir(), 'ganfit-people-'));
for (const folder of ['london/neutral', 'london/smiling', 'house'])
  mkdirSync(join(root, folder), { recursive: true });
for (const file of ['london/neutral/010_03.jpg', 'london/smiling/010_08.jpg', 'house/house-0001.jpg']) {
  writeFileSync(join(root, file), '');
}
writeFileSync(join(root, 'london/info.csv'), 'face_id,face_age,face_gender\n010,24,female\n');
writeFileSync(
  join(root, 'house/info.csv'),
  'file,gender,birth_year,glasses\r\nhouse-0001.jpg,male,1960,1\r\n',
);
writeFileSync(join(root, 'only.txt'), 'london/neutral/*\n');

test('listPeople: photos of one person belong together, groups come from the lists', async () => {
  const people = await listPeople([join(root, 'london'), join(root, 'house')], undefined, 2024);
  expect(people.map(({ person }) => person)).toEqual(['london/010', 'london/010', 'house/house-0001']);
  expect(people[1]).toMatchObject({ sex: 'female', age: 24, glasses: undefined });
  expect(people[2]).toMatchObject({ sex: 'male', age: 64, glasses: true });
});

test('listPeople: only those that are wanted, and somebody', async () => {
  const only = join(root, 'only.txt');
  expect((await listPeople([join(root, 'london')], only)).map(({ id }) => id)).toEqual([
    'london/neutral/010_03',
  ]);
  await expect(listPeople([join(root, 'house')], only)).rejects.toThrow('got none that are wanted');
});

test('bands', () => {
  expect([39, 40, 60, undefined].map(ageBand)).toEqual(['under 40', '40 to 59', '60 and over', undefined]);
  expect([50, 20, 0].map(toneBand)).toEqual([
    'light (over 41°)',
    'intermediate (10 to 41°)',
    'dark (under 10°)',
  ]);
});
