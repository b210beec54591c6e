import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assembleHead } from '../packages/core/src/asset/assemble.ts';
import { sphereModel } from '../packages/core/src/asset/sphere-model.ts';
import { writeGlb } from '../packages/core/src/formats/glb.ts';
import type { Image } from '../packages/core/src/image/image.ts';
import { findChromium, openThreeViewer, type Shot, type ThreeViewer } from './three-viewer.ts';

const chromium = findChromium();
let viewer: ThreeViewer;
let content: Awaited<ReturnType<ThreeViewer['load']>>;

/** Red on the subject's right half, blue on the left, and a green patch in the middle of the front, a little up. */
function paint(): Image {
  const size = 128;
  const data = new Uint8Array(3 * size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const patch = Math.abs(x - 64) < 6 && Math.abs(y - 44) < 6;
      data[3 * (y * size + x) + (patch ? 1 : x < 64 ? 0 : 2)] = 255;
    }
  }
  return { width: size, height: size, channels: 3, data };
}

async function encode({ data, width, height, channels }: Image) {
  const bytes = await sharp(data, { raw: { width, height, channels } }).png().toBuffer();
  return { mimeType: 'image/png' as const, bytes };
}

beforeAll(async () => {
  if (!chromium) return;
  const parameters = { identity: new Float32Array(1), photos: [] };
  const head = assembleHead(parameters, sphereModel(48), { skin: paint() });
  viewer = await openThreeViewer(chromium);
  content = await viewer.load(await writeGlb(head, { encode, generator: 'test' }));
});

afterAll(async () => viewer?.close());

/** Skips with the reason, or fails where nothing may be skipped. */
function needChromium(context: { skip: (note: string) => never }): void {
  if (chromium) return;
  if (process.env['GANFIT_REQUIRE_ALL'] === '1') throw new Error('Chromium must be installed.');
  context.skip('no Chromium; install it or name it in CHROMIUM');
}

/** Rows and columns that the head covers: whatever is not the bluish background. */
function extent({ width, height, data }: Shot): { left: number; right: number; top: number; bottom: number } {
  const box = { left: width, right: -1, top: height, bottom: -1 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 3 * (y * width + x);
      if (data[at] === data[0] && data[at + 1] === data[1] && data[at + 2] === data[2]) continue;
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
    }
  }
  return box;
}

function strongest({ width, data }: Shot, x: number, y: number): string {
  const at = 3 * (Math.round(y) * width + Math.round(x));
  const color = [...data.subarray(at, at + 3)];
  return ['red', 'green', 'blue'][color.indexOf(Math.max(...color))];
}

// A sphere of 0.1 m, seen from 1 m with 30 degrees of view over 512 pixels.
const FOCAL = 256 / Math.tan(Math.PI / 12);
const RADIUS = (FOCAL * 0.1) / Math.sqrt(1 - 0.01);

test('three.js finds the parts, their names and their morph targets, in metres', (context) => {
  needChromium(context);
  const [skin, left, right] = content.meshes;
  expect([skin.name, left.name, right.name]).toEqual(['skin', 'eyeLeft', 'eyeRight']);
  expect(skin.morphs).toEqual(expect.arrayContaining(['jawOpen', 'viseme_aa', 'mouthOpen']));
  expect(left.morphs).toEqual(['eyeLookUpLeft', 'eyesLookUp']);
  expect(right.morphs).toEqual([]);
  expect(content.max[1]).toBeCloseTo(0.1, 4);
  expect(content.min[1]).toBeCloseTo(-0.1, 4);
});

test('pixels stand where the projection puts them, with the texture the right way round', async (context) => {
  needChromium(context);
  const shot = await viewer.draw();
  const box = extent(shot);
  for (const [edge, expected] of [
    [box.left, 256 - RADIUS],
    [box.right, 255 + RADIUS],
    [box.top, 256 - RADIUS],
    [box.bottom, 255 + RADIUS],
  ]) {
    expect(Math.abs(edge - expected)).toBeLessThan(2);
  }
  // The subject's right is on the left of the picture; the patch is above the middle.
  expect(strongest(shot, 256 - 60, 300)).toBe('red');
  expect(strongest(shot, 256 + 60, 300)).toBe('blue');
  const latitude = Math.PI * (44.5 / 128);
  const depth = 1 - 0.1 * Math.sin(latitude);
  expect(strongest(shot, 256, 256 - (FOCAL * 0.1 * Math.cos(latitude)) / depth)).toBe('green');
  expect(strongest(shot, 256, 256 + 40)).not.toBe('green');
  expect(viewer.complaints).toEqual([]);
});

test('a morph target moves what it should, and nothing else', async (context) => {
  needChromium(context);
  const closed = extent(await viewer.draw());
  const open = extent(await viewer.draw({ weights: { jawOpen: 1 } }));
  // The lower pole goes down by 30 mm; seen from the side of the horizon that is about 0.13 m below the centre.
  expect(open.bottom - closed.bottom).toBeGreaterThan(20);
  expect(open.bottom - closed.bottom).toBeLessThan(35);
  expect([open.top, open.left, open.right]).toEqual([closed.top, closed.left, closed.right]);
});
