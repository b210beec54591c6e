import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelTexture } from '@ganfit/core/asset';
import { photographed } from '@ganfit/core/evaluate';
import { evaluateShape, surfacePoints } from '@ganfit/core/shape';
import { imageOfTexture } from '@ganfit/core/texture';
import { afterAll, expect, test } from 'vitest';
import { runCli } from '../cli.ts';
import { encodePng } from '../encode-image.ts';
import { outerSkin } from '../evaluate/evaluate-micc.ts';
import { kitOrSkip } from '../models/for-tests.ts';
import { nodeRuntime } from '../runtime.ts';
import { readShape } from '../shape-file.ts';
import { readTexture } from '../texture-file.ts';

// One made person in the layout of the data set: a scan, its landmarks, and the frames of one video.
const root = mkdtempSync(join(tmpdir(), 'ganfit-micc-run-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** @returns Where the person lies, and the seed that made it. */
async function makePerson(seed: number): Promise<void> {
  const { model } = await readShape();
  const { model: texture } = await readTexture(model.topologyDigest);
  const color = await modelTexture(texture, new Float32Array(texture.latentSize), nodeRuntime(), 256);
  const photos = photographed(model, imageOfTexture(color, 256), seed, 320);
  const frames = join(root, 'subject_01/Videos/PTZ-Indoor');
  const scan = join(root, 'subject_01/Model/frontal1/obj');
  const marks = join(root, 'landmarks/subject_01');
  for (const folder of [frames, scan, marks]) mkdirSync(folder, { recursive: true });
  for (const [i, { image }] of photos.entries())
    writeFileSync(join(frames, `${i}.png`), await encodePng(image));
  const vertices = evaluateShape(model, photos[0].identity);
  const { triangles, vertexCount } = model.parts[0];
  const row = (values: ArrayLike<number>, i: number): string =>
    [0, 1, 2].map((k) => values[3 * i + k].toFixed(4)).join(' ');
  const lines = Array.from({ length: vertexCount }, (_, v) => `v ${row(vertices, v)}`);
  const outer = outerSkin(model);
  for (let t = 0; t < outer.length; t += 3)
    lines.push(`f ${[...outer.subarray(t, t + 3)].map((v) => v + 1).join(' ')}`);
  writeFileSync(join(scan, 'scan.obj'), lines.join('\n'));
  const points = surfacePoints(vertices, triangles, model.landmarks);
  writeFileSync(
    join(marks, '01_frontal1.txt'),
    Array.from({ length: 68 }, (_, i) => row(points, i)).join('\n'),
  );
}

test('ganfit evaluate micc: from frames through the networks to a table', async (context) => {
  await kitOrSkip(context);
  await makePerson(5);
  const said: string[] = [];
  const io = {
    print: (line: string) => said.push(line),
    note: (line: string) => said.push(line),
    signal: new AbortController().signal,
  };
  const output = join(root, 'out');
  const words = ['evaluate', 'micc', root, '-o', output, '--frames', '1', '--preset', 'fast', '--offline'];
  expect(await runCli(words, io), said.join('\n')).toBe(0);
  const rows = readFileSync(join(output, 'micc-subjects.csv'), 'utf8').trim().split('\n');
  expect(rows).toHaveLength(2);
  const [subject, video, crop, dull, aligned, fitted] = rows[1].split(',');
  expect([subject, video, crop]).toEqual(['01', 'indoor', '95']);
  // Millimetres; one view of a head of the very model that is fitted beats nobody's face.
  expect(Number(dull)).toBeGreaterThan(0.8);
  expect(Number(fitted)).toBeLessThan(Number(dull));
  expect(Number(aligned)).toBeLessThan(4);
  expect(existsSync(join(output, 'micc.md'))).toBe(true);
  expect(said.join('\n')).toContain('not verified on the real data set');
}, 300_000);
