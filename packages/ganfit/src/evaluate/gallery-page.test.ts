import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { galleryPage, labelRow, otherTiles, parseOther } from './gallery-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'ganfit-gallery-'));
writeFileSync(join(folder, 'anna.obj'), 'v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n');
writeFileSync(join(folder, 'broken.obj'), 'no mesh');

test('parseOther: a name and a folder', () => {
  expect(parseOther('Tran=/some/a=b')).toEqual({ name: 'Tran', folder: '/some/a=b' });
  expect(() => parseOther('Tran')).toThrow('gallery: --other must be NAME=FOLDER, got Tran.');
});

test('otherTiles: two tiles per method, empty where it has no mesh, an error where it has a broken one', async () => {
  const others = [{ name: 'Tran', folder }];
  const [, geometry] = await otherTiles('photos/anna.jpg', others, 32);
  expect(new Set(geometry.data).size).toBeGreaterThan(3);
  const none = await otherTiles('photos/bob.jpg', others, 32);
  expect(none).toHaveLength(2);
  expect(new Set(none[0].data)).toEqual(new Set([252]));
  await expect(otherTiles('broken.png', others, 32)).rejects.toThrow(/broken.obj must be a mesh/);
});

test('galleryPage: labels above rows of the same width', async () => {
  const label = await labelRow(Array(7).fill('x'), 32);
  const row = { ...label, height: 40, data: new Uint8Array(3 * label.width * 40) };
  const page = await galleryPage([row], [{ name: 'Tran', folder }], 32);
  expect([page.width, page.height]).toEqual([label.width, label.height + 40]);
  // The text of the labels is there.
  expect(Math.min(...label.data)).toBeLessThan(230);
});
