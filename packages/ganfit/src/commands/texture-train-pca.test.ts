import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pcaTexture, readPca } from '@ganfit/core/texture';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../cli.ts';
import { readShape } from '../shape-file.ts';

const SIZE = 64;
let folder: string;
let topologyDigest: string;
const printed: string[] = [];
const run = (...argv: string[]) =>
  runCli(['texture', ...argv], {
    print: (line) => printed.push(line),
    note: (line) => printed.push(line),
    signal: new AbortController().signal,
  });

/** A data set of plain faces: a tone, and a darker band whose strength is each person's own. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganfit-pca-'));
  ({ topologyDigest } = (await readShape()).model);
  await mkdir(join(folder, 'textures'));
  await writeFile(join(folder, 'dataset.json'), JSON.stringify({ version: 1, size: SIZE, topologyDigest }));
  const lines: string[] = [];
  for (let n = 0; n < 24; n++) {
    const [tone, band] = [130 + 4 * ((7 * n) % 24), 3 * ((5 * n) % 24)];
    const pixels = Buffer.alloc(3 * SIZE * SIZE);
    for (let i = 0; i < SIZE * SIZE; i++) {
      const row = Math.floor(i / SIZE);
      const value = tone - (row > 20 && row < 30 ? band : 0) + ((i * 7919) % 5);
      pixels.set([value, 0.8 * value, 0.7 * value], 3 * i);
    }
    const raw = { width: SIZE, height: SIZE, channels: 3 } as const;
    await sharp(pixels, { raw })
      .png()
      .toFile(join(folder, `textures/p-${n}.png`));
    // All is seen.
    await sharp(
      pixels.map((_, i) => (i % 3 === 0 ? 255 : 0)),
      { raw },
    )
      .png()
      .toFile(join(folder, `textures/p-${n}.conf.png`));
    lines.push(
      JSON.stringify({
        id: `p/${n}`,
        quality: { eyeDistance: 300 },
        accepted: n !== 3,
        heldOut: n % 6 === 0,
        texture: `textures/p-${n}.png`,
        confidence: `textures/p-${n}.conf.png`,
        topologyDigest,
      }),
    );
  }
  await writeFile(join(folder, 'index.jsonl'), `${lines.join('\n')}\n{"id":"p/24","acc`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('texture train-pca: learns tones and bands from a data set, and leaves held-out people alone', async () => {
  const file = join(folder, 'pca.safetensors');
  const code = await run('train-pca', folder, '-o', file, '--size', `${SIZE}`, '--components', '4');
  expect(code, printed.join('\n')).toBe(0);
  expect(printed.join('\n')).toContain('19 photos of 19 people');
  const pca = readPca(await readFile(file), topologyDigest);
  expect(pca.metadata['people']).toBe('19');
  // The first component is the tone: brighter or darker everywhere.
  const [mean, moved] = [pcaTexture(pca, []), pcaTexture(pca, [1])];
  const signs = new Set(mean.map((value, i) => Math.sign(Math.round(200 * (moved[i] - value)))));
  expect(signs.size).toBe(1);
  expect(printed.join('\n')).toMatch(/held-out textures, where they were seen, in 1\/255: [01]\.\d+ in full/);
});

test('texture evaluate: prints a table and writes the same as Markdown and JSON', async () => {
  const file = join(folder, 'pca.safetensors');
  printed.length = 0;
  const argv = [
    '--models',
    file,
    `${file}:1`,
    '--count',
    '4',
    '--size',
    `${SIZE}`,
    '--resolution',
    `${SIZE}`,
  ];
  const code = await run('evaluate', folder, ...argv, '-o', join(folder, 'report'));
  expect(code, printed.join('\n')).toBe(0);
  const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
  expect(report.about.ids).toEqual(['p/0', 'p/12', 'p/18', 'p/6']);
  const [two, one] = report.scores;
  // Two directions tell these people apart, one does not.
  expect(two.l1).toBeLessThan(0.01);
  expect(one.l1).toBeGreaterThan(2 * two.l1);
  expect(one.features).toBeGreaterThan(two.features);
  expect(await readFile(join(folder, 'report.md'), 'utf8')).toContain('| pca:1 | 1 |');
});

test('texture train-pca: refuses other versions, other UV layouts and folders that are no data set', async () => {
  const other = join(folder, 'other');
  await mkdir(other);
  const refusal = async (): Promise<string> => {
    printed.length = 0;
    expect(await run('train-pca', other, '-o', join(other, 'x.safetensors'))).not.toBe(0);
    return printed.join('\n');
  };
  expect(await refusal()).toContain('must be a data set');
  await writeFile(join(other, 'dataset.json'), JSON.stringify({ version: 0, topologyDigest }));
  expect(await refusal()).toContain('must be of version 1, got 0');
  await writeFile(join(other, 'dataset.json'), JSON.stringify({ version: 1, topologyDigest: 'abc' }));
  expect(await refusal()).toContain('got abc');
  await writeFile(join(other, 'dataset.json'), JSON.stringify({ version: 1, topologyDigest }));
  expect(await refusal()).toContain('must hold textures to train on');
});
