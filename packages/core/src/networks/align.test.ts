import { expect, test } from 'vitest';
import { mapPoints } from '../image/index.ts';
import { ARCFACE_112, alignedCrop, alignment, DLIB_150, fivePoints } from './align.ts';

/** 68 points whose five alignment points are exactly `five`. */
function landmarksWith(five: Float32Array): Float32Array {
  const landmarks = new Float32Array(136);
  const put = (index: number, from: number, dx = 0, dy = 0) =>
    landmarks.set([five[2 * from] + dx, five[2 * from + 1] + dy], 2 * index);
  // Outlines around the centers of the eyes: their means are the centers.
  for (let i = 0; i < 6; i++) {
    const [dx, dy] = [3 * Math.cos((i * Math.PI) / 3), 2 * Math.sin((i * Math.PI) / 3)];
    put(36 + i, 0, dx, dy);
    put(42 + i, 1, dx, dy);
  }
  [30, 48, 54].forEach((index, i) => {
    put(index, 2 + i);
  });
  return landmarks;
}

test('fivePoints: means of the eyes, nose tip, corners of the mouth', () => {
  const five = fivePoints(landmarksWith(DLIB_150.points));
  five.forEach((value, i) => {
    expect(value).toBeCloseTo(DLIB_150.points[i], 4);
  });
});

test('alignment: a face that is a turned and scaled template gives that map back', () => {
  const map = { a: 1.5, b: 0.4, x0: 200, y0: 80 };
  const found = alignment(landmarksWith(mapPoints(map, ARCFACE_112.points)), ARCFACE_112);
  for (const key of ['a', 'b', 'x0', 'y0'] as const) expect(found[key]).toBeCloseTo(map[key], 3);
});

test('alignedCrop: the five points of the photo land on the template', () => {
  const map = { a: 0, b: 2, x0: 400, y0: 30 };
  const points = mapPoints(map, ARCFACE_112.points);
  // A black photo with a white blot at the nose.
  const [width, height] = [500, 500];
  const data = new Uint8Array(width * height);
  const [noseX, noseY] = [points[4], points[5]];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (Math.hypot(x + 0.5 - noseX, y + 0.5 - noseY) < 6) data[y * width + x] = 255;
    }
  }
  const crop = alignedCrop({ width, height, channels: 1, data }, landmarksWith(points), ARCFACE_112);
  let [x, y, mass] = [0, 0, 0];
  for (let i = 0; i < 112 * 112; i++) {
    mass += crop.data[3 * i];
    x += crop.data[3 * i] * ((i % 112) + 0.5);
    y += crop.data[3 * i] * (Math.floor(i / 112) + 0.5);
  }
  expect(Math.abs(x / mass - ARCFACE_112.points[4])).toBeLessThan(0.15);
  expect(Math.abs(y / mass - ARCFACE_112.points[5])).toBeLessThan(0.15);
});
