import { expect, test } from 'vitest';
import { focalFromLens } from './focal.ts';

test('the 35 mm figure relates to the diagonal of the frame, whatever the size in use', () => {
  const diagonal = Math.hypot(4000, 3000);
  expect(focalFromLens({ FocalLengthIn35mmFilm: 50 }, 4000, 3000)).toBeCloseTo(
    (50 * diagonal) / Math.hypot(36, 24),
    6,
  );
  expect(focalFromLens({ FocalLengthIn35mmFilm: 50 }, 2000, 1500)).toBeCloseTo(
    (25 * diagonal) / Math.hypot(36, 24),
    6,
  );
});

test('a focal length with the resolution of the sensor serves as well, in any unit', () => {
  const tags = { FocalLength: 50, PixelXDimension: 4000, PixelYDimension: 3000 };
  const expected = 5000;
  expect(
    focalFromLens({ ...tags, FocalPlaneXResolution: 2540, FocalPlaneResolutionUnit: 2 }, 4000, 3000),
  ).toBeCloseTo(expected, 6);
  expect(
    focalFromLens({ ...tags, FocalPlaneXResolution: 1000, FocalPlaneResolutionUnit: 3 }, 1500, 2000),
  ).toBeCloseTo(expected / 2, 6);
});

test('nothing said, or nonsense, is no focal length', () => {
  expect(focalFromLens({}, 4000, 3000)).toBeUndefined();
  expect(focalFromLens({ FocalLengthIn35mmFilm: 1 }, 4000, 3000)).toBeUndefined();
  expect(focalFromLens({ FocalLength: 50 }, 4000, 3000)).toBeUndefined();
});
