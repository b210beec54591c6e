import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadGenerator } from '@ganfit/core/texture';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSafetensors } from '../../../core/src/linalg/safetensors.ts';
import { runCli } from '../cli.ts';

let folder: string;
const notes: string[] = [];
const run = (...argv: string[]) =>
  runCli(['texture', ...argv], {
    print: (line) => notes.push(line),
    note: (line) => notes.push(line),
    signal: new AbortController().signal,
  });
const settings = [
  '--phases',
  '4:16,8:16',
  '--widths',
  '6,4',
  '--latent',
  '4',
  '--batch',
  '8',
  '--threads',
  '1',
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganfit-train-'));
  const lines: string[] = [];
  for (let i = 0; i < 6; i++) {
    const background = { r: 90 + 20 * i, g: 120, b: 100 };
    await sharp({ create: { width: 16, height: 16, channels: 3, background } })
      .jpeg()
      .toFile(join(folder, `${i}.jpg`));
    const state = { accepted: i > 0, heldOut: i === 1, texture: `${i}.jpg`, topologyDigest: 'abc' };
    lines.push(JSON.stringify({ id: `${i}`, ...state }));
  }
  // The last line was cut off by a killed run.
  await writeFile(join(folder, 'index.jsonl'), `${lines.join('\n')}\n{"id":"7","acc`);
});

afterAll(() => rm(folder, { recursive: true }));

test('train-gan: trains on accepted textures, refuses to overwrite, resumes to the same end', async () => {
  const output = join(folder, 'out');
  expect(await run('train-gan', folder, '-o', output, ...settings)).toBe(0);
  expect(notes.join('\n')).toContain('4 textures, starting at picture 0');
  const model = loadGenerator(new Uint8Array(await readFile(join(output, 'texture-gan.safetensors'))));
  expect(model).toMatchObject({ latentSize: 4, resolutions: [4, 8], topologyDigest: 'abc' });
  const files = await readdir(output);
  expect(files).toContain('samples-00000032.png');
  expect(files.filter((name) => name.endsWith('.part'))).toEqual([]);

  expect(await run('train-gan', folder, '-o', output, ...settings)).not.toBe(0);
  expect(notes[notes.length - 1]).toContain('Go on from it with --resume, or choose another folder.');

  // In two runs, the second with --resume: bytes as in one.
  const parts = join(folder, 'parts');
  const short = settings.map((value) => (value === '4:16,8:16' ? '4:16' : value));
  expect(await run('train-gan', folder, '-o', parts, '--resolution', '8', ...short)).toBe(0);
  expect(await run('train-gan', folder, '-o', parts, '--resume', ...settings)).toBe(0);
  const [once, twice] = await Promise.all(
    [output, parts].map((where) => readFile(join(where, 'checkpoint.safetensors'))),
  );
  expect(twice.equals(once)).toBe(true);

  expect(await run('train-gan', folder, '-o', parts, '--resume', ...settings, '--widths', '8,4')).not.toBe(0);
  expect(notes[notes.length - 1]).toContain('got widths 6,4 and latent 4. Ask for these');
});

test('pack: copies what may be trained on as WebP; a folder of nothing is refused', async () => {
  const packed = join(folder, 'packed');
  expect(await run('pack', folder, '-o', packed, '--resolution', '8')).toBe(0);
  expect((await readdir(packed)).sort()).toEqual(['2.webp', '3.webp', '4.webp', '5.webp']);
  expect(await sharp(join(packed, '2.webp')).metadata()).toMatchObject({ format: 'webp', width: 8 });
  expect(notes[notes.length - 1]).toMatch(/^4 textures, .* MB, UV layout abc$/);
  expect(await run('pack', join(folder, 'nowhere'), '-o', packed)).not.toBe(0);
  expect(notes[notes.length - 1]).toContain('must hold textures to train on, got none');
  // Parts can only be marked where the layout is known: not on these textures, but on a plain folder, which must be ours.
  const again = join(folder, 'again');
  expect(await run('pack', packed, '-o', again, '--resolution', '8')).toBe(0);
  const { tensors, metadata } = readSafetensors(await readFile(join(again, 'regions.safetensors')));
  expect(Object.keys(tensors).sort()).toEqual(['eyes', 'forehead', 'lower', 'nose', 'skin']);
  expect(tensors['nose'].data).toContain(255);
  expect(metadata['topologyDigest']).toMatch(/^[0-9a-f]{64}$/);
});
