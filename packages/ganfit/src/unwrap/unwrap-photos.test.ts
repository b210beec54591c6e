import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { reconstruct } from '@ganfit/core/asset';
import type { FitParameters } from '@ganfit/core/fit';
import { observe } from '@ganfit/core/networks';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readPhoto } from '../image.ts';
import type { Io } from '../io.ts';
import { kitOrSkip, networksOrSkip } from '../models/for-tests.ts';
import { nodeRuntime } from '../runtime.ts';
import { readShape } from '../shape-file.ts';
import { listPhotos } from './photo-list.ts';
import type { TextureEntry } from './records.ts';
import { unwrapPhotos } from './unwrap-photos.ts';

const root = mkdtempSync(join(tmpdir(), 'ganfit-unwrap-'));
const [photos, dataset] = [join(root, 'photos'), join(root, 'textures')];
const SETUP = { dataset, size: 256 };
const nobody = (): boolean => false;

beforeAll(async () => {
  mkdirSync(photos);
  const astronaut = resolve(import.meta.dirname, '../../../../examples/astronaut.png');
  const large = await sharp(astronaut).resize(1024).png().toBuffer();
  writeFileSync(join(photos, 'astronaut.png'), large);
  await sharp(large).flop().jpeg({ quality: 95 }).toFile(join(photos, 'twin.jpg'));
  writeFileSync(join(photos, 'broken.png'), large.subarray(0, 5000));
  writeFileSync(join(photos, 'text.jpg'), 'no picture at all');
  const sky = { width: 400, height: 300, channels: 3, background: '#7090c0' } as const;
  await sharp({ create: sky }).jpeg().toFile(join(photos, 'sky.jpg'));
});
afterAll(() => rmSync(root, { recursive: true }));

interface Heard extends Io {
  readonly lines: string[];
}

function io(signal = new AbortController().signal): Heard {
  const lines: string[] = [];
  const add = (line: string): void => void lines.push(line);
  return { print: add, note: add, signal, lines };
}

const index = (): TextureEntry[] =>
  readFileSync(join(dataset, 'index.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TextureEntry);

it('goes on where it was stopped, and leaves out with a reason what shows no face', async (context) => {
  await networksOrSkip(context, ['face-detector', 'face-landmarks']);
  const list = await listPhotos([photos]);
  // Stopped at once, it has written nothing but whole files.
  const stopped = AbortSignal.abort();
  await expect(unwrapPhotos(list, nobody, SETUP, 1, io(stopped))).rejects.toMatchObject({
    code: 'cancelled',
  });
  // What a killed process leaves behind is no obstacle.
  writeFileSync(join(dataset, 'fits', 'photos-astronaut.json.1234.part'), '{"id":');
  await unwrapPhotos(list.slice(0, 2), nobody, SETUP, 1, io());
  const fitted = join(dataset, 'fits', 'photos-astronaut.json');
  const before = statSync(fitted).mtimeMs;

  const heard = io();
  await unwrapPhotos(list, (id) => id === 'photos/twin', SETUP, 1, heard);
  expect(statSync(fitted).mtimeMs).toBe(before);
  const entries = Object.fromEntries(index().map((entry) => [entry.id, entry]));
  expect(entries['photos/astronaut']).toMatchObject({ accepted: true, heldOut: false });
  expect(entries['photos/twin']).toMatchObject({ accepted: true, heldOut: true });
  for (const name of ['broken', 'text', 'sky']) {
    expect(entries[`photos/${name}`].accepted).toBe(false);
    expect(entries[`photos/${name}`].reason).toMatch(/\w+ \w+/);
  }
  expect(heard.lines.join('\n')).toContain('2 of 5 photos became textures, 1 of them held out');
  expect(readdirSync(join(dataset, 'sheets'))).toContain('accepted-1.jpg');

  const made = statSync(join(dataset, 'textures', 'photos-astronaut.jpg')).mtimeMs;
  await unwrapPhotos(
    list,
    (id) => id === 'photos/twin',
    SETUP,
    1,
    io(),
    (id) => id === 'photos/twin',
  );
  expect(statSync(join(dataset, 'textures', 'photos-astronaut.jpg')).mtimeMs).toBe(made);
  expect(index().find(({ id }) => id === 'photos/twin')).toMatchObject({
    accepted: false,
    reason: 'left out by hand',
  });
}, 180_000);

it('fits a photo as `ganfit fit --preset unwrap` does', async (context) => {
  const networks = await kitOrSkip(context);
  const { image } = await readPhoto(join(photos, 'astronaut.png'));
  const { model } = await readShape();
  const observations = await observe(image, networks);
  const kit = { runtime: nodeRuntime({ threads: 1 }), model, networks };
  let found: FitParameters | undefined;
  for await (const { parameters, stage } of reconstruct(observations, kit, { preset: 'unwrap' })) {
    found = parameters ?? found;
    if (stage === 'texture') break;
  }
  const record = readFileSync(join(dataset, 'fits', 'photos-astronaut.json'), 'utf8');
  const { parameters } = JSON.parse(record) as { parameters: FitParameters };
  parameters.identity.forEach((value, k) => {
    expect(found?.identity[k]).toBeCloseTo(value, 3);
  });
  expect(found?.photos[0].camera.position[2]).toBeCloseTo(parameters.photos[0].camera.position[2], 1);
}, 60_000);

it('loses one file to a full disk, says so, and goes on when there is room', async (context) => {
  if (process.platform !== 'linux') return;
  await networksOrSkip(context, ['face-detector', 'face-landmarks']);
  const list = await listPhotos([photos]);
  const again = (): Promise<void> => unwrapPhotos(list, (id) => id === 'photos/twin', SETUP, 1, io());
  await again();
  const [twin, astronaut] = ['twin', 'astronaut'].map((name) => join(dataset, 'textures', `photos-${name}`));
  const before = readFileSync(`${twin}.jpg`);
  // As a run leaves it that was killed while it wrote a line of the list: the astronaut is to be made again.
  const path = join(dataset, 'index.jsonl');
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  const kept = lines.filter((line) => line.includes('photos/twin'));
  writeFileSync(path, `${kept.join('\n')}\n{"id":"photos/astronaut","sour`);
  rmSync(`${astronaut}.jpg`);
  symlinkSync('/dev/full', `${astronaut}.jpg.part`);

  await expect(again()).rejects.toMatchObject({
    code: 'runtime',
    message: expect.stringMatching(/photos-astronaut\.jpg must be writable, got a full disk\. Make room/),
  });
  expect(index().map(({ id }) => id)).not.toContain('photos/astronaut');
  expect(index().map(({ id }) => id)).toContain('photos/twin');
  expect(readFileSync(`${twin}.jpg`).equals(before)).toBe(true);
  expect(readdirSync(join(dataset, 'textures')).filter((name) => name.includes('.part'))).toEqual([]);

  await again();
  const accepted = index().filter((entry) => entry.accepted);
  expect(accepted.map(({ id }) => id)).toEqual(['photos/astronaut', 'photos/twin']);
  expect((await sharp(`${astronaut}.jpg`).metadata()).width).toBe(256);
}, 180_000);

it('refuses a data set of another size or UV layout with what to do', async (context) => {
  await networksOrSkip(context, ['face-detector', 'face-landmarks']);
  const list = await listPhotos([photos]);
  await expect(unwrapPhotos(list, nobody, { ...SETUP, size: 512 }, 1, io())).rejects.toThrow(
    /must be of size 512, got 256. Take another folder/,
  );
  const path = join(dataset, 'dataset.json');
  const own = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify({ ...own, topologyDigest: 'of another head' }));
  await expect(unwrapPhotos(list, nobody, SETUP, 1, io())).rejects.toMatchObject({ code: 'input' });
});
