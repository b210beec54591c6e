import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFaceJson } from '@ganfit/core/formats';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../cli.ts';
import { sha256 } from '../digest.ts';
import { readShape } from '../shape-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'ganfit-stored-'));
const face = join(folder, 'face');

beforeAll(async () => {
  const { model, digest } = await readShape();
  mkdirSync(face);
  const skin = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#c8a088' } })
    .png()
    .toBuffer();
  writeFileSync(join(face, 'skin.png'), skin);
  const text = writeFaceJson({
    generator: 'test',
    model,
    photos: [],
    fit: { preset: 'fast', seed: 0 },
    parameters: { identity: Float32Array.from([1, -0.5]), photos: [] },
    textures: { skin: { file: 'skin.png', sha256: sha256(skin) } },
    digests: { shape: digest },
  });
  writeFileSync(join(face, 'face.json'), text);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function ganfit(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await runCli(argv, {
    print: (line) => {
      out += `${line}\n`;
    },
    note: (line) => {
      err += `${line}\n`;
    },
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

test('export writes the head in other formats without fitting', async () => {
  const output = join(folder, 'out');
  const { code, out, err } = await ganfit(
    ...['export', face, '-o', output, '--format', 'glb,obj,ply', '--profile', 'rpm', '--size', 'small'],
  );
  expect(code, err).toBe(0);
  expect(out).toContain(join(output, 'head.glb'));
  const glb = readFileSync(join(output, 'head.glb'));
  expect(glb.toString('latin1', 0, 4)).toBe('glTF');
  expect(glb.includes('Wolf3D_Head')).toBe(true);
  const library = readFileSync(join(output, 'head.mtl'), 'utf8');
  expect(library).toContain('map_Kd skin.png');
  expect((await sharp(join(output, 'skin.png')).metadata()).width).toBe(64);
  expect(readFileSync(join(output, 'head.ply'), 'latin1').slice(0, 3)).toBe('ply');
});

test('render takes pictures and turntables', async () => {
  const picture = join(folder, 'a.png');
  const film = join(folder, 'a.webp');
  const pose = ['--pose', 'jawOpen=0.5,eyesClosed', '--yaw', '30', '--light', 'warm'];
  expect((await ganfit('render', face, '-o', picture, '--pixels', '64', ...pose)).code).toBe(0);
  const { width, height, hasAlpha } = await sharp(picture).metadata();
  expect([width, height, hasAlpha]).toEqual([64, 64, true]);
  expect(
    (await ganfit('render', join(face, 'face.json'), '-o', film, '--pixels', '48', '--frames', '3')).code,
  ).toBe(0);
  const { pages, pageHeight } = await sharp(film, { animated: true }).metadata();
  expect([pages, pageHeight]).toEqual([3, 48]);
});

test('what cannot be is told in one sentence', async () => {
  for (const [argv, sentence] of [
    [
      ['render', face, '-o', join(folder, 'a.gif')],
      'render: the output must end in .png, .webp or .mp4, got',
    ],
    [['render', face, '--pose', 'grin=1'], 'poseHead: shapes must be of the head, got "grin".'],
    [['export', folder, '-o', folder], `face: ${join(folder, 'face.json')} must be a file that can be read.`],
  ] as const) {
    const { code, err } = await ganfit(...argv);
    expect(code).toBe(2);
    expect(err).toContain(sentence);
  }
  writeFileSync(join(face, 'skin.png'), 'another picture');
  expect((await ganfit('export', face, '-o', folder)).err).toContain('must be the picture that was fitted');
});
