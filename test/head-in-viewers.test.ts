import { writeUsdz } from '@ganfit/core/formats';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { encodeTexture } from '../packages/ganfit/src/encode-image.ts';
import { packHead } from '../packages/ganfit/src/glb/pack-head.ts';
import { PLAIN_GLB } from '../packages/ganfit/src/glb/settings.ts';
import { type MadeHead, makeHead } from './made-head.ts';
import { findChromium, openThreeViewer, type Shot, type ThreeViewer } from './three-viewer.ts';

const chromium = findChromium();
let made: MadeHead;
let viewer: ThreeViewer | undefined;

beforeAll(async () => {
  made = await makeHead();
}, 60_000);

afterEach(async () => {
  await viewer?.close();
  viewer = undefined;
});

/** Share of pixels in a rectangle that differ visibly. */
function changed(a: Shot, b: Shot, [left, top, right, bottom]: readonly number[]): number {
  let count = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const i = 3 * (y * a.width + x);
      const difference = Math.abs(a.data[i] - b.data[i]) + Math.abs(a.data[i + 1] - b.data[i + 1]);
      if (difference > 30) count++;
    }
  }
  return count / ((right - left) * (bottom - top));
}

// Rectangles of the picture that is taken of the mean head, from 0.55 m before its nose.
const FRAME = { at: [0, -0.01, 0.06], distance: 0.55 };
const EYES = [130, 135, 382, 200] as const;
const LEFT_EYE = [270, 140, 370, 200] as const;
const RIGHT_EYE = [142, 140, 242, 200] as const;
const MOUTH = [190, 250, 322, 380] as const;
const FOREHEAD = [200, 40, 312, 110] as const;

test.each([
  { program: 'three.js', page: 'three-page.js', settings: PLAIN_GLB },
  { program: 'three.js, small', page: 'three-page.js', settings: { ...PLAIN_GLB, size: 'small' as const } },
  { program: 'Babylon.js', page: 'babylon-page.js', settings: PLAIN_GLB },
])(
  '$program: blinks, opens its mouth, speaks, looks aside and turns its head',
  { timeout: 120_000 },
  async ({ page, settings }) => {
    if (!chromium) {
      if (process.env['GANFIT_REQUIRE_ALL'] === '1') throw new Error('Chromium must be installed.');
      return;
    }
    viewer = await openThreeViewer(chromium, page);
    const glb = await packHead(made.head, settings, { license: made.license, digests: {} });
    const content = await viewer.load(glb);
    expect(content.meshes.map(({ name }) => name)).toEqual(made.head.parts.map(({ name }) => name));
    expect(content.meshes[0].morphs).toEqual(made.head.parts[0].morphs.map(({ name }) => name));
    expect(content.max[1] - content.min[1]).toBeGreaterThan(0.2);
    expect(content.max[1] - content.min[1]).toBeLessThan(0.35);
    const draw = (weights: Record<string, number>, bones = {}): Promise<Shot> =>
      viewer!.draw({ ...FRAME, weights, bones });
    const neutral = await draw({});
    const blink = await draw({ eyeBlinkLeft: 1 });
    expect(changed(neutral, blink, LEFT_EYE)).toBeGreaterThan(0.1);
    expect(changed(neutral, blink, RIGHT_EYE)).toBeLessThan(0.01);
    expect(changed(neutral, blink, MOUTH)).toBeLessThan(0.01);
    for (const [name, least] of [
      ['jawOpen', 0.15],
      ['viseme_O', 0.08],
      ['viseme_SS', 0.03],
      ['tongueOut', 0.03],
    ] as const) {
      const moved = await draw({ [name]: 1 });
      expect(changed(neutral, moved, MOUTH), name).toBeGreaterThan(least);
      expect(changed(neutral, moved, FOREHEAD), name).toBeLessThan(0.01);
    }
    const aside = await draw({}, { LeftEye: [0, 0.5, 0], RightEye: [0, 0.5, 0] });
    expect(changed(neutral, aside, EYES)).toBeGreaterThan(0.02);
    expect(changed(neutral, aside, MOUTH)).toBeLessThan(0.005);
    const turned = await draw({}, { Head: [0, 0.5, 0] });
    expect(changed(neutral, turned, MOUTH)).toBeGreaterThan(0.15);
    expect(viewer.complaints).toEqual([]);
  },
);

test('three.js: a USDZ shows the same head as the GLB', { timeout: 120_000 }, async () => {
  if (!chromium) {
    if (process.env['GANFIT_REQUIRE_ALL'] === '1') throw new Error('Chromium must be installed.');
    return;
  }
  viewer = await openThreeViewer(chromium);
  const glb = await packHead(made.head, PLAIN_GLB, { license: made.license, digests: {} });
  const whole = await viewer.load(glb);
  const expected = await viewer.draw(FRAME);
  const usdz = await writeUsdz(made.head, { encode: encodeTexture, generator: 'ganfit test' });
  const content = await viewer.load(usdz);
  for (const corner of ['min', 'max'] as const) {
    content[corner].forEach((value, axis) => {
      expect(value).toBeCloseTo(whole[corner][axis], 4);
    });
  }
  expect(content.meshes.map(({ name }) => name)).toEqual(made.head.parts.map(({ name }) => name));
  const drawn = await viewer.draw(FRAME);
  expect(changed(expected, drawn, [0, 0, 512, 512])).toBeLessThan(0.01);
  expect(viewer.complaints).toEqual([]);
});
