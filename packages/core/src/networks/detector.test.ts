import { expect, test } from 'vitest';
import { astronaut, kitOrSkip } from '../../../ganfit/src/models/for-tests.ts';
import { halve, type Image } from '../image/index.ts';
import { detectFaces } from './detector.ts';

/** Copies `source` onto `target` with its corner at (x, y). */
function paste(target: Image, source: Image, x: number, y: number): void {
  for (let row = 0; row < source.height; row++) {
    const from = 3 * row * source.width;
    target.data.set(source.data.subarray(from, from + 3 * source.width), 3 * ((y + row) * target.width + x));
  }
}

function gray(width: number, height: number): Image {
  return { width, height, channels: 3, data: new Uint8Array(width * height * 3).fill(110) };
}

test('detectFaces: one face on the astronaut, around the eyes and the chin', async (context) => {
  const { detector } = await kitOrSkip(context);
  const faces = await detectFaces(detector, await astronaut());
  expect(faces).toHaveLength(1);
  const { x, y, width, height, score } = faces[0];
  expect(score).toBeGreaterThan(0.99);
  // Read from the photo: the eyes lie at (204, 101) and (248, 102), the chin at (225, 174).
  expect(x).toBeLessThan(195);
  expect(x + width).toBeGreaterThan(257);
  expect(y).toBeLessThan(90);
  expect(Math.abs(y + height - 174)).toBeLessThan(8);
  expect(height).toBeGreaterThan(100);
  expect(height).toBeLessThan(125);
});

test('detectFaces: small faces in a large photo are found, and nothing else', async (context) => {
  const { detector } = await kitOrSkip(context);
  const small = halve(await astronaut());
  const photo = gray(3000, 2000);
  const places = [
    [20, 30],
    [1400, 900],
    [2700, 40],
    [300, 1700],
  ];
  for (const [x, y] of places) paste(photo, small, x, y);
  const faces = await detectFaces(detector, photo);
  expect(faces).toHaveLength(places.length);
  for (const [x, y] of places) {
    // The nose of the small picture lies at (112, 64).
    const hit = faces.filter((face) => {
      const [centerX, centerY] = [face.x + face.width / 2, face.y + face.height / 2];
      return Math.hypot(centerX - x - 112, centerY - y - 60) < 8;
    });
    expect(hit).toHaveLength(1);
    expect(hit[0].height).toBeGreaterThan(48);
    expect(hit[0].height).toBeLessThan(64);
  }
});

test('detectFaces: nothing on an empty picture, a narrow one or one of a single pixel', async (context) => {
  const { detector } = await kitOrSkip(context);
  expect(await detectFaces(detector, gray(640, 480))).toEqual([]);
  expect(await detectFaces(detector, gray(30, 900))).toEqual([]);
  expect(await detectFaces(detector, gray(1, 1))).toEqual([]);
});
