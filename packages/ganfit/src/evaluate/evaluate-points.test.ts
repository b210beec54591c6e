import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadKit } from '../kit.ts';
import { kitOrSkip } from '../models/for-tests.ts';
import { evaluatePoints } from './evaluate-points.ts';
import type { PersonPhoto } from './people-list.ts';

const folder = mkdtempSync(join(tmpdir(), 'ganfit-points-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const silent = { note: () => {}, print: () => {}, signal: new AbortController().signal };

/** Two photos of everybody, the second with points around the astronaut's face. */
function people(names: readonly string[]): PersonPhoto[] {
  return names.flatMap((person, i) => {
    const paths = ['a', 'b'].map((photo) => join(folder, `${person}_${photo}.png`));
    for (const path of paths)
      copyFileSync(resolve(import.meta.dirname, '../../../../examples/astronaut.png'), path);
    const points = Array.from({ length: 189 }, (_, k) => [
      225 + 45 * Math.sin(k + 0.01 * i),
      130 + 45 * Math.cos(2 * k),
    ]);
    // Pupils, corners of the mouth and outer corners of the eyes, where they are.
    Object.entries({
      0: [203, 103],
      1: [246, 103],
      87: [203, 150],
      93: [246, 150],
      18: [192, 104],
      27: [257, 104],
    }).forEach(([k, place]) => {
      points[Number(k)] = place;
    });
    writeFileSync(
      paths[1].replace('.png', '.tem'),
      ['189', ...points.map((point) => point.join(' ')), '0'].join('\n'),
    );
    return paths.map((path): PersonPhoto => ({ id: path, path, person }));
  });
}

test('evaluatePoints: heads of the photos without points, every row for everybody', async (context) => {
  await kitOrSkip(context);
  const kit = await loadKit({ offline: true });
  const notes: string[] = [];
  const io = { ...silent, note: (text: string) => notes.push(text) } as unknown as Parameters<
    typeof evaluatePoints
  >[3];
  const { tables } = await evaluatePoints(people(['k', 'l', 'm', 'n']), kit, { preset: 'balanced' }, io);
  expect(tables[0].rows.map((row) => row[0])).toEqual([
    'mean face',
    'landmarks only',
    'regressed alone',
    'stage A',
    "another person's stage A",
  ]);
  for (const row of tables[0].rows) {
    expect(row[1]).toBe(4);
    for (const cell of row.slice(2, 9)) expect(cell).toBeGreaterThan(0);
  }
  // All photos are the same one, so everybody's head is.
  expect(tables[0].rows[4][2]).toBeCloseTo(Number(tables[0].rows[3][2]), 6);
  expect(notes.every((note) => /_a\.png: \d of 4$/.test(note))).toBe(true);
  await kit.networks.dispose();
}, 120_000);

test('evaluatePoints: fewer than four people with points are refused', async () => {
  const kit = {} as Parameters<typeof evaluatePoints>[1];
  const io = silent as unknown as Parameters<typeof evaluatePoints>[3];
  await expect(evaluatePoints(people(['x', 'y']), kit, { preset: 'fast' }, io)).rejects.toThrow(
    'at least four people must have a photo with a .tem file beside it, got 2',
  );
});
