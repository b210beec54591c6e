import { expect, test } from 'vitest';
import { photoPyramid, samplePyramid } from './photo-pyramid.ts';

test('samplePyramid: a linear ramp reads the same at every place and level', () => {
  const size = 64;
  const data = Float32Array.from(
    { length: size * size },
    (_, i) => (i % size) + 0.5 + 2 * Math.floor(i / size),
  );
  const pyramid = photoPyramid({ width: size, height: size, channels: 1, data });
  const out = new Float32Array(1);
  for (const level of [0, 0.3, 1, 2.5]) {
    samplePyramid(pyramid, 30.2, 21.7, level, out, 0);
    expect(out[0]).toBeCloseTo(30.2 + 2 * (21.7 - 0.5), 3);
  }
});

test('samplePyramid: fine stripes vanish at coarse levels', () => {
  const data = Float32Array.from({ length: 1024 }, (_, i) => i % 2);
  const pyramid = photoPyramid({ width: 32, height: 32, channels: 1, data });
  const out = new Float32Array(1);
  samplePyramid(pyramid, 10.5, 10.5, 1, out, 0);
  expect(out[0]).toBeCloseTo(0.5, 6);
});
