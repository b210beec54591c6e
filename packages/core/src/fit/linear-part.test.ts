import { expect, test } from 'vitest';
import type { TextureModel } from '../texture/model.ts';
import { linearPart, linearSkin, wholeSkin } from './linear-part.ts';

const plain: TextureModel = {
  name: 'generator',
  latentSize: 5,
  resolutions: [8],
  topologyDigest: 'digest',
  synthesize: (latent) => latent,
};
const linear: TextureModel = { ...plain, name: 'components', latentSize: 2, linear: true };
const both: TextureModel = { ...plain, name: 'both', base: linear };
const parameters = { identity: Float32Array.of(1), photos: [] };

test('linearPart: components themselves, the base of a hybrid, nothing of a generator', () => {
  expect(linearPart(linear)).toBe(linear);
  expect(linearPart(both)).toBe(linear);
  expect(linearPart(plain)).toBeUndefined();
  expect(linearPart(undefined)).toBeUndefined();
});

test('the linear part of a skin changes, the rest stays, or starts at the usual detail', () => {
  const before = { ...parameters, texture: Float32Array.of(1, 2, 3, 4, 5) };
  const cut = linearSkin(before, linear);
  expect(cut.texture).toEqual(Float32Array.of(1, 2));
  const found = { ...cut, texture: Float32Array.of(7, 8) };
  expect(wholeSkin(found, before, both).texture).toEqual(Float32Array.of(7, 8, 3, 4, 5));
  expect(linearSkin(parameters, linear)).toBe(parameters);
  expect(wholeSkin(found, parameters, both).texture).toEqual(Float32Array.of(7, 8, 0, 0, 0));
});
