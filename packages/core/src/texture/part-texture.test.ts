import { expect, test } from 'vitest';
import { partTexture } from './part-texture.ts';
import { roundHead } from './round-head.ts';

/** The round head shrunk to an eyeball of 12 mm. */
function eyeball(name: string) {
  const model = roundHead(24);
  const small = { ...model, mean: model.mean.map((value) => 0.12 * value + 3) };
  return { model: small, part: { ...model.parts[0], name } };
}

/** Luminance-like mean of the bytes where longitude 0 at the front lies at u = 0.5. */
function byteAt(data: ArrayLike<number>, size: number, longitude: number, latitude: number): number[] {
  const u = 0.5 + (0.9 * longitude) / 360;
  const v = 0.5 - (0.9 * latitude) / 180;
  const texel = Math.floor(v * size) * size + Math.floor(u * size);
  return [data[3 * texel], data[3 * texel + 1], data[3 * texel + 2]];
}

test('partTexture: an eye has a black pupil, a colored iris and a bright white, wherever its UV put them', () => {
  const { model, part } = eyeball('eyeLeft');
  const image = partTexture(model, part, 256)!;
  const [pupil, iris, white] = [0, 18, 42].map((longitude) => byteAt(image.data, 256, longitude, 0));
  expect(Math.max(...pupil)).toBeLessThan(40);
  expect(iris[0]).toBeGreaterThan(60);
  expect(iris[0]).toBeGreaterThan(iris[2] + 20);
  expect(Math.min(...white)).toBeGreaterThan(150);
});

test('partTexture: the mouth darkens to the back', () => {
  const { model, part } = eyeball('tongue');
  const image = partTexture({ ...model, mean: model.mean.map((value) => 4 * value) }, part, 128)!;
  const [front, back] = [0, 150].map((longitude) => byteAt(image.data, 128, longitude, 0));
  expect(front[0]).toBeGreaterThan(1.3 * back[0]);
  expect(front[0]).toBeGreaterThan(front[1]);
});

test('partTexture: of an unknown part nothing is claimed', () => {
  const { model, part } = eyeball('hat');
  expect(partTexture(model, part)).toBeUndefined();
});
