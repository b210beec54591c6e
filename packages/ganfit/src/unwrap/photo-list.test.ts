import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fileName, listPhotos, readIds } from './photo-list.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ganfit-photos-'));
  mkdirSync(join(root, 'studio', 'smiling'), { recursive: true });
  for (const name of ['smiling/b.jpg', 'a.PNG', 'notes.txt']) writeFileSync(join(root, 'studio', name), 'x');
});
afterEach(() => rmSync(root, { recursive: true }));

it('lists pictures of a folder and below it by id', async () => {
  const photos = await listPhotos([join(root, 'studio')]);
  expect(photos.map(({ id }) => id)).toEqual(['studio/a', 'studio/smiling/b']);
  expect(fileName(photos[1].id)).toBe('studio-smiling-b');
});

it('names a single file by its folder, and once only', async () => {
  const path = join(root, 'studio', 'a.PNG');
  expect(await listPhotos([path, join(root, 'studio', 'a.PNG')])).toEqual([{ id: 'studio/a', path }]);
  await expect(listPhotos([join(root, 'nothing')])).rejects.toMatchObject({ code: 'input' });
});

it('reads ids and patterns', async () => {
  const path = join(root, 'ids.txt');
  writeFileSync(path, '# held out\nstudio/a\ngovernors/*\nx.y/1 # a remark\n');
  const has = await readIds(path);
  expect(['studio/a', 'governors/anna', 'x.y/1'].every(has)).toBe(true);
  expect(['studio/ab', 'xzy/1', 'other/governors'].some(has)).toBe(false);
});
