import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { vertexNormals } from '../mesh/normals.ts';
import { loadShapeModel } from '../shape/stored-model.ts';
import { mergeUnwrapped } from './merge-unwrapped.ts';
import { mapTexels, texelsFromVertices } from './texels.ts';
import type { UnwrappedTexture } from './unwrap.ts';

const model = loadShapeModel(readFileSync(join(import.meta.dirname, '../../../models/shape.safetensors')));
const skin = model.parts[0];
const size = 128;
const map = mapTexels(skin, size);
const normals = texelsFromVertices(map, skin.triangles, vertexNormals(model.mean, skin.triangles), 3);

/** A skin of waves seen where `seen` says, under a light of its own. */
function photo(gain: number, tilt: number, seen: (x: number) => number): UnwrappedTexture {
  const color = new Float32Array(3 * size * size);
  const confidence = new Float32Array(size * size);
  map.texels.forEach((texel, n) => {
    const trust = seen(normals[3 * n]);
    confidence[texel] = trust;
    if (trust === 0) return;
    for (let c = 0; c < 3; c++) {
      color[3 * texel + c] = (0.3 + 0.1 * Math.sin(texel)) * gain * Math.exp(tilt * normals[3 * n]);
    }
  });
  return { size, color, confidence };
}

test('mergeUnwrapped: what either photo shows is there, in the first one’s light', () => {
  const left = photo(1, 0, (x) => (x > -0.3 ? 0.9 : 0));
  const right = photo(0.6, 0.2, (x) => (x < 0.3 ? 0.9 : 0));
  const merged = mergeUnwrapped([left, right], model);
  const truth = photo(1, 0, () => 0.9);
  let [worst, far] = [0, 0];
  map.texels.forEach((texel, n) => {
    expect(merged.confidence[texel]).toBeCloseTo(0.9, 6);
    const error = Math.abs(Math.log(merged.color[3 * texel] / truth.color[3 * texel]));
    if (normals[3 * n] > 0.3) worst = Math.max(worst, error);
    else far = Math.max(far, error);
  });
  expect(worst).toBeLessThan(1e-6);
  // Without its own light the second photo would be 40 per cent off.
  expect(far).toBeLessThan(0.12);
});

test('mergeUnwrapped: one photo is itself, sizes must agree', () => {
  const one = photo(1, 0, () => 1);
  expect(mergeUnwrapped([one], model)).toBe(one);
  expect(() => mergeUnwrapped([one, { ...one, size: 64 }], model)).toThrow(
    'textures of one size, got 128, 64',
  );
  expect(() => mergeUnwrapped([], model)).toThrow('got none');
});
