import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MICC_PROTOCOL } from '@ganfit/core/evaluate';
import { evaluateShape, surfacePoints } from '@ganfit/core/shape';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import type { Io } from '../io.ts';
import { readShape } from '../shape-file.ts';
import { evaluateMicc, type MiccOptions, outerSkin } from './evaluate-micc.ts';
import { readLayout, subjectsOf } from './micc-layout.ts';

// A small copy of the data set: two people of the shape model, a scan and three videos of pictures each.
const root = mkdtempSync(join(tmpdir(), 'ganfit-micc-'));
const { model } = await readShape();
const layout = { ...(await readLayout()), subjects: { from: 27, to: 29, digits: 2 }, millimetres: 10 };
const people: Record<string, Float32Array> = { '27': person(1), '28': person(2) };
const options: MiccOptions = { protocol: MICC_PROTOCOL, scans: 'better', frames: 5, exceptions: true };
const io: Io = { print: () => {}, note: () => {}, signal: new AbortController().signal };

function person(seed: number): Float32Array {
  return Float32Array.from({ length: model.identity.count }, (_, k) => Math.sin(seed * (3 * k + 1)));
}

beforeAll(async () => {
  const skin = model.parts[0];
  for (const [subject, identity] of Object.entries(people)) {
    const vertices = evaluateShape(model, identity);
    const marks = surfacePoints(vertices, skin.triangles, model.landmarks);
    // Centimetres, somewhere else in space.
    const place = (values: ArrayLike<number>, i: number) =>
      [0, 1, 2].map((axis) => (values[3 * i + axis] / 10 + 7).toFixed(5)).join(' ');
    const obj = join(root, `subject_${subject}/Model/frontal1/obj`);
    mkdirSync(obj, { recursive: true });
    const lines = Array.from({ length: skin.vertexCount }, (_, v) => `v ${place(vertices, v)}`);
    const triangles = outerSkin(model);
    for (let t = 0; t < triangles.length; t += 3) {
      lines.push(`f ${[...triangles.subarray(t, t + 3)].map((v) => v + 1).join(' ')}`);
    }
    writeFileSync(join(obj, 'scan.obj'), lines.join('\n'));
    mkdirSync(join(root, `landmarks/subject_${subject}`), { recursive: true });
    writeFileSync(
      join(root, `landmarks/subject_${subject}/${subject}_frontal1.txt`),
      Array.from({ length: 68 }, (_, i) => place(marks, i)).join('\n'),
    );
    for (const video of subject === '27' ? ['PTZ-Cooperative'] : ['PTZ-Indoor']) {
      mkdirSync(join(root, `subject_${subject}/Videos/${video}`), { recursive: true });
      for (let i = 0; i < 7; i++) {
        // The width of the frames tells the fake chain below who it is.
        const frame = sharp({
          create: { width: Number(subject), height: 8, channels: 3, background: '#808080' },
        });
        await frame.png().toFile(join(root, `subject_${subject}/Videos/${video}/frame-${i}.png`));
      }
    }
  }
});

test('evaluateMicc: finds scans, landmarks and frames, and measures every head', async () => {
  const frameCounts: number[] = [];
  const { tables } = await evaluateMicc(
    root,
    layout,
    model,
    options,
    async (frames) => {
      frameCounts.push(frames.length);
      const identity = people[String(frames[0].image.width)];
      return { aligned: identity.map((x) => 0.5 * x), fitted: identity };
    },
    io,
  );
  expect(frameCounts).toEqual([5, 5]);
  const [table, subjects] = tables;
  const [first, second] = subjects.rows;
  // Subject, video, crop, mean face, landmarks only, fit, another person's fit.
  expect(first.slice(0, 3)).toEqual(['27', 'cooperative', 95]);
  expect(second.slice(0, 3)).toEqual(['28', 'indoor', 60]);
  for (const row of subjects.rows) {
    const [dull, aligned, fitted] = row.slice(3, 6).map(Number);
    expect(fitted).toBeLessThan(0.02);
    expect(aligned).toBeGreaterThan(0.2);
    expect(dull).toBeGreaterThan(1.5 * aligned);
  }
  expect(first[6]).toBeUndefined();
  expect(Number(second[6])).toBeGreaterThan(0.5);
  const notes = (table.notes ?? []).join('\n');
  expect(notes).toContain(
    'free scale; crop 95 mm around the nose tip; mean of both directions, point to plane',
  );
  expect(notes).toContain('of two scans the better');
  expect(notes).toContain('subject 28 60 mm');
  expect(notes).toContain('not verified');
  expect(notes).toContain('Subject 27, outdoor: no video.');
}, 60_000);

test('evaluateMicc: an empty folder is refused', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'ganfit-micc-'));
  await expect(evaluateMicc(empty, layout, model, options, async () => undefined, io)).rejects.toThrow(
    'must hold subjects with scans, landmarks and videos',
  );
  expect(subjectsOf(await readLayout())).toHaveLength(53);
});
