import { expect, test } from 'vitest';
import { astronaut, kitOrSkip } from '../../../ganfit/src/models/for-tests.ts';
import {
  applySimilarity,
  type Image,
  invertSimilarity,
  mapPoints,
  type Similarity,
  warp,
} from '../image/index.ts';
import { fivePoints } from './align.ts';
import { detectFaces } from './detector.ts';
import { MIRRORED_POINT } from './ibug-points.ts';
import type { NetworkKit } from './kit.ts';
import { findLandmarks } from './landmarker.ts';

async function landmarksOf(kit: NetworkKit, image: Image): Promise<Float32Array> {
  const [box] = await detectFaces(kit.detector, image);
  return findLandmarks(kit.landmarker, image, box);
}

function transformed(image: Image, toImage: Similarity): Image {
  const { width, height } = image;
  const { data } = warp(image, toImage, width, height, { border: 'edge' });
  return { width, height, channels: 3, data: Uint8Array.from(data, (value) => Math.round(255 * value)) };
}

/** Mean distance in per cent of the outer-eye distance. */
function difference(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < 136; i += 2) sum += Math.hypot(a[i] - b[i], a[i + 1] - b[i + 1]);
  return (100 * sum) / 68 / Math.hypot(a[90] - a[72], a[91] - a[73]);
}

test('findLandmarks: on the astronaut they lie where eyes, nose and mouth are', async (context) => {
  const kit = await kitOrSkip(context);
  const landmarks = await landmarksOf(kit, await astronaut());
  // Read from the enlarged photo.
  const truth = [204, 101.5, 246.5, 103.5, 224.5, 128.5, 203, 141.5, 244.5, 142];
  fivePoints(landmarks).forEach((value, i) => {
    expect(Math.abs(value - truth[i]), `value ${i} of the five points`).toBeLessThan(2.5);
  });
  const [chinX, chinY] = landmarks.subarray(16, 18);
  expect(Math.hypot(chinX - 221, chinY - 180)).toBeLessThan(4);
});

test('findLandmarks: they move with the photo', async (context) => {
  const kit = await kitOrSkip(context);
  const image = await astronaut();
  const landmarks = await landmarksOf(kit, image);
  const turn = (angle: number, scale: number): Similarity => {
    const [a, b] = [scale * Math.cos(angle), scale * Math.sin(angle)];
    const [x, y] = applySimilarity({ a, b, x0: 0, y0: 0 }, 225, 130);
    return { a, b, x0: 225 - x, y0: 130 - y };
  };
  const cases = [
    { name: 'shift', toImage: { a: 1, b: 0, x0: -37.3, y0: -22.6 }, limit: 2 },
    { name: 'rotation by 20 degrees', toImage: turn(0.35, 1), limit: 3.5 },
    { name: 'rotation by -20 degrees', toImage: turn(-0.35, 1), limit: 3.5 },
    { name: 'half the size', toImage: turn(0, 2), limit: 3 },
  ];
  for (const { name, toImage, limit } of cases) {
    const moved = await landmarksOf(kit, transformed(image, toImage));
    const expected = mapPoints(invertSimilarity(toImage), landmarks);
    expect(difference(expected, moved), name).toBeLessThan(limit);
  }
});

test('findLandmarks: the mirrored photo gives the mirrored points with left and right swapped', async (context) => {
  const kit = await kitOrSkip(context);
  const image = await astronaut();
  const { width, height } = image;
  const data = new Uint8Array(image.data.length);
  for (let i = 0; i < width * height; i++) {
    const from = 3 * (i - (i % width) + (width - 1 - (i % width)));
    data.set(image.data.subarray(from, from + 3), 3 * i);
  }
  const mirrored = await landmarksOf(kit, { width, height, channels: 3, data });
  const back = new Float32Array(136);
  MIRRORED_POINT.forEach((partner, i) => {
    back.set([width - mirrored[2 * partner], mirrored[2 * partner + 1]], 2 * i);
  });
  expect(difference(await landmarksOf(kit, image), back)).toBeLessThan(2);
});

test('MIRRORED_POINT: its own inverse, and it swaps what lies on either side', async (context) => {
  MIRRORED_POINT.forEach((partner, point) => {
    expect(MIRRORED_POINT[partner]).toBe(point);
  });
  const kit = await kitOrSkip(context);
  const landmarks = await landmarksOf(kit, await astronaut());
  // The face looks at the camera, so each point and its partner lie level and on either side of the nose.
  MIRRORED_POINT.forEach((partner, point) => {
    expect(Math.abs(landmarks[2 * partner + 1] - landmarks[2 * point + 1]), `point ${point}`).toBeLessThan(8);
    expect(
      Math.abs((landmarks[2 * partner] + landmarks[2 * point]) / 2 - 224),
      `point ${point}`,
    ).toBeLessThan(8);
  });
});
