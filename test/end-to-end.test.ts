import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Ajv from 'ajv';
import validator from 'gltf-validator';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FitReport, readFaceJson } from '../packages/core/src/formats/index.ts';
import { networksOrSkip } from '../packages/ganfit/src/models/for-tests.ts';
import { findChromium, openThreeViewer, type Shot } from './three-viewer.ts';

const ROOT = resolve(import.meta.dirname, '..');
const ASTRONAUT = join(ROOT, 'examples/astronaut.png');
const folder = mkdtempSync(join(tmpdir(), 'ganfit-end-to-end-'));
const inputs = join(folder, 'in');
const output = join(folder, 'out');
const result = join(output, 'pair');

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the program as a user does; `onLine` sees every line of progress. */
function ganfit(
  argv: readonly string[],
  onLine?: (line: string, stop: () => void) => void,
): Promise<Outcome> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(ROOT, 'packages/ganfit/bin/ganfit.js'), ...argv], {
      cwd: folder,
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text) => {
      out += text;
    });
    child.stderr.on('data', (text) => {
      err += text;
      onLine?.(err, () => child.kill('SIGINT'));
    });
    child.on('close', (code) => done({ code, out, err }));
  });
}

/** One call for everything: a photo with two faces between five that cannot be fitted. */
const photos = {
  text: join(inputs, 'text.jpg'),
  truncated: join(inputs, 'truncated.jpg'),
  pair: join(inputs, 'pair.png'),
  empty: join(inputs, 'empty.png'),
  small: join(inputs, 'small.png'),
  missing: join(inputs, 'missing.jpg'),
};
let whyNot: string | undefined;
let outcome: Outcome;

beforeAll(async () => {
  await networksOrSkip(
    {
      skip: (note) => {
        whyNot = note ?? 'no networks';
        throw new Error(whyNot);
      },
    },
    ['face-detector', 'face-landmarks', 'face-identity', 'face-judge', 'face-judge-manifest'],
  ).catch((error) => {
    if (whyNot === undefined) throw error;
  });
  if (whyNot !== undefined) return;
  mkdirSync(inputs);
  writeFileSync(photos.text, 'not a picture');
  const jpeg = await sharp(ASTRONAUT).jpeg().toBuffer();
  writeFileSync(photos.truncated, jpeg.subarray(0, jpeg.length / 2));
  const smaller = await sharp(ASTRONAUT).resize(300).flop().toBuffer();
  await sharp(ASTRONAUT)
    .extend({ right: 300, background: '#808890' })
    .composite([{ input: smaller, left: 512, top: 100 }])
    .toFile(photos.pair);
  await sharp({ create: { width: 320, height: 240, channels: 3, background: '#5a7d9a' } }).toFile(
    photos.empty,
  );
  await sharp(ASTRONAUT).resize(150).toFile(photos.small);
  outcome = await ganfit(['fit', ...Object.values(photos), '-o', output, '--format', 'glb,obj,ply']);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function needNetworks(context: { skip: (note: string) => never }): void {
  if (whyNot !== undefined) context.skip(whyNot);
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(join(result, file), 'utf8'));
}

test('a bad photo does not stop the rest: one sentence each, exit code 2, no partial files', (context) => {
  needNetworks(context);
  expect(outcome.code, outcome.err).toBe(2);
  const sentences = outcome.err.split('\n').filter((line) => line.startsWith('photo: '));
  expect(sentences).toHaveLength(5);
  expect(sentences[0]).toBe(
    `photo: ${photos.text} must be a picture, got a file of another kind. Give a JPEG, PNG, WebP, TIFF, AVIF or GIF.`,
  );
  expect(sentences[1]).toContain(
    `photo: ${photos.truncated} must be a whole picture, got a damaged or truncated`,
  );
  expect(sentences[2]).toContain(`photo: ${photos.empty} must show a face, got none.`);
  expect(sentences[3]).toContain(`photo: the face in ${photos.small} must be at least 40 pixels high, got 3`);
  expect(sentences[4]).toBe(`photo: ${photos.missing} must be a file that can be read, got no such file.`);
  expect(outcome.out).toMatch(/1 of 6 photos in \d+\.\d s, from start to end\n$/);
  expect(readdirSync(output)).toEqual(['pair']);
});

test('the largest of several faces is taken, and the others are named', (context) => {
  needNetworks(context);
  expect(outcome.err).toContain('pair.png: 2 faces; number 0 was fitted, the largest. The others: 1 (');
});

test('everything that was promised lies in the folder, and is told', (context) => {
  needNetworks(context);
  const files = readdirSync(result);
  for (const file of [
    ...['head.glb', 'head.obj', 'head.mtl', 'head.ply', 'face.json', 'report.json'],
    ...['preview.png', 'skin.png', 'eyeLeft.png'],
  ]) {
    expect(files).toContain(file);
  }
  expect(outcome.out).toContain(result);
  expect(outcome.err).toMatch(/pair\.png: aligning the head, \d+\.\d s/);
});

test('face.json and report.json obey their schemas, and the fit is good', async (context) => {
  needNetworks(context);
  for (const name of ['face', 'report']) {
    const schema = JSON.parse(readFileSync(join(ROOT, `packages/core/schemas/${name}.schema.json`), 'utf8'));
    const validate = new Ajv({ strict: true, allErrors: true }).compile(schema);
    expect(validate(json(`${name}.json`)), JSON.stringify(validate.errors)).toBe(true);
  }
  const face = readFaceJson(readFileSync(join(result, 'face.json'), 'utf8'));
  expect(face.photos).toEqual([{ name: 'pair.png', face: 0 }]);
  expect(face.parameters.identity.some((value) => Math.abs(value) > 0.1)).toBe(true);
  const report = json('report.json') as FitReport;
  expect(report.photo).toMatchObject({ width: 812, height: 512, face: 0, faces: 2 });
  expect(report.landmarks?.error).toBeLessThan(0.035);
  const shares = Object.values(report.losses).map((loss) => loss.share);
  // Which terms there are is the preset's business.
  expect(shares.length).toBeGreaterThanOrEqual(4);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
  expect(Object.keys(report.seconds)).toEqual(expect.arrayContaining(['observe', 'align', 'fit', 'texture']));
  // The judge takes distances below 0.6 for the same person.
  expect(report.identity?.judge.distance).toBeLessThan(0.6);
  expect(report.identity?.cosine).toBeGreaterThan(0.5);
  const { width, height } = await sharp(join(result, 'preview.png')).metadata();
  expect(width).toBeGreaterThan(3 * height);
});

test('head.glb: the validator finds no error and no warning', async (context) => {
  needNetworks(context);
  const bytes = new Uint8Array(readFileSync(join(result, 'head.glb')));
  const { issues, info } = await validator.validateBytes(bytes);
  expect(issues.messages).toEqual([]);
  expect(info.totalTriangleCount).toBeGreaterThan(20_000);
  expect(bytes.length).toBeLessThan(14e6);
});

/** Mean colour of a square of pixels. */
function patch({ width, data }: Shot, x: number, y: number, radius = 4): number[] {
  const sums = [0, 0, 0];
  for (let row = y - radius; row <= y + radius; row++) {
    for (let column = x - radius; column <= x + radius; column++) {
      for (let c = 0; c < 3; c++) sums[c] += data[3 * (row * width + column) + c];
    }
  }
  return sums.map((sum) => sum / (2 * radius + 1) ** 2);
}

/** Share of pixels in a band of rows that differ visibly. */
function changed(a: Shot, b: Shot, top: number, bottom: number): number {
  let count = 0;
  for (let i = 3 * a.width * top; i < 3 * a.width * bottom; i += 3) {
    if (Math.abs(a.data[i] - b.data[i]) + Math.abs(a.data[i + 1] - b.data[i + 1]) > 40) count++;
  }
  return count / (a.width * (bottom - top));
}

test('head.glb opens in three.js: a face where it should be, and it moves', async (context) => {
  needNetworks(context);
  const chromium = findChromium();
  if (!chromium) {
    if (process.env['GANFIT_REQUIRE_ALL'] === '1') throw new Error('Chromium must be installed.');
    return context.skip('no Chromium; install it or name it in CHROMIUM');
  }
  const viewer = await openThreeViewer(chromium);
  try {
    const content = await viewer.load(new Uint8Array(readFileSync(join(result, 'head.glb'))));
    expect(content.meshes[0].name).toBe('skin');
    // 51 ARKit shapes, 15 visemes, 5 more; the tongue comes out of the mouth's parts.
    expect(content.meshes[0].morphs).toHaveLength(71);
    // A head, in metres.
    expect(content.max[1] - content.min[1]).toBeGreaterThan(0.2);
    expect(content.max[1] - content.min[1]).toBeLessThan(0.5);
    const neutral = await viewer.draw({ distance: 0.8 });
    // Forehead to chin of this person in the middle of the picture is skin: red above green above blue.
    for (const [x, y] of [
      [225, 270],
      [285, 270],
      [256, 215],
    ]) {
      const [red, green, blue] = patch(neutral, x, y);
      expect(red).toBeGreaterThan(green + 10);
      expect(green).toBeGreaterThan(blue);
    }
    const corner = patch(neutral, 8, 8);
    expect(corner[2]).toBeGreaterThan(corner[0]);
    const open = await viewer.draw({ distance: 0.8, weights: { jawOpen: 1 } });
    expect(changed(neutral, open, 280, 360)).toBeGreaterThan(0.02);
    expect(changed(neutral, open, 0, 180)).toBeLessThan(0.002);
    const blink = await viewer.draw({ distance: 0.8, weights: { eyeBlinkLeft: 1, eyeBlinkRight: 1 } });
    expect(changed(neutral, blink, 180, 240)).toBeGreaterThan(0.003);
    expect(changed(neutral, blink, 300, 512)).toBeLessThan(0.002);
    expect(viewer.complaints).toEqual([]);
  } finally {
    await viewer.close();
  }
});

test('Ctrl-C stops cleanly: exit code 130, and the earlier result stays whole', async (context) => {
  needNetworks(context);
  const before = readFileSync(join(result, 'report.json'), 'utf8');
  copyFileSync(ASTRONAUT, join(inputs, 'pair.jpg'));
  let stopped = false;
  const interrupted = await ganfit(['fit', join(inputs, 'pair.jpg'), '-o', output], (text, stop) => {
    if (!stopped && text.includes('looking for the face')) {
      stopped = true;
      stop();
    }
  });
  expect(stopped).toBe(true);
  expect(interrupted.code).toBe(130);
  expect(readdirSync(output)).toEqual(['pair']);
  expect(readFileSync(join(result, 'report.json'), 'utf8')).toBe(before);
  expect(existsSync(join(folder, 'ganfit-out'))).toBe(false);
});
