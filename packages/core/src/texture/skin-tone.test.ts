import { expect, test } from 'vitest';
import { randomStream } from '../random/index.ts';
import { measureSkinTone, removeShading, skinLikeness } from './skin-tone.ts';

/** Skin of one color lit from the left, with a share of the samples replaced by something dark. */
function litSkin(strangers: number): { colors: Float32Array; normals: Float32Array } {
  const random = randomStream(3);
  const count = 4000;
  const colors = new Float32Array(3 * count);
  const normals = new Float32Array(3 * count);
  for (let n = 0; n < count; n++) {
    const [x, y] = [1.4 * (random.uniform() - 0.5), 1.4 * (random.uniform() - 0.5)];
    normals.set([x, y, Math.sqrt(1 - x * x - y * y)], 3 * n);
    const dark = random.uniform() < strangers;
    const light = dark ? -1.6 : 0.5 * x + 0.08 * random.normal();
    const skin = [Math.log(0.6), Math.log(0.4), Math.log(0.3)];
    for (let k = 0; k < 3; k++) colors[3 * n + k] = skin[k] + light;
  }
  return { colors, normals };
}

test('measureSkinTone: the light’s slope is found, and a fifth of lips, brows and beard does not matter', () => {
  const { colors, normals } = litSkin(0.2);
  const tone = measureSkinTone(colors, normals, () => true);
  for (let k = 0; k < 3; k++) {
    expect(tone.shading[3 + k]).toBeGreaterThan(0.35);
    expect(tone.shading[3 + k]).toBeLessThan(0.55);
    expect(Math.abs(tone.shading[6 + k])).toBeLessThan(0.05);
  }
  expect(tone.color[0] - Math.log(0.6)).toBeGreaterThan(-0.1);
  expect(tone.color[0] - Math.log(0.6)).toBeLessThan(0.3);
});

test('removeShading: what the light made uneven becomes even', () => {
  const { colors, normals } = litSkin(0);
  const slope = (): number => {
    let [xy, xx] = [0, 0];
    for (let n = 0; n < normals.length / 3; n++) {
      xy += normals[3 * n] * (colors[3 * n] - Math.log(0.6));
      xx += normals[3 * n] ** 2;
    }
    return xy / xx;
  };
  expect(slope()).toBeCloseTo(0.5, 1);
  removeShading(
    measureSkinTone(colors, normals, () => true),
    colors,
    normals,
    1,
  );
  expect(Math.abs(slope())).toBeLessThan(0.06);
});

test('skinLikeness: skin in shadow is skin, dark hair and a blue wall are not', () => {
  const { colors, normals } = litSkin(0.1);
  const tone = measureSkinTone(colors, normals, () => true);
  const judge = (linear: readonly number[]): number =>
    skinLikeness(tone, Float32Array.from(linear, Math.log), Float32Array.of(-0.6, 0, 0.8), 0);
  const shadow = Math.exp(-0.3);
  expect(judge([0.6 * shadow, 0.4 * shadow, 0.3 * shadow])).toBeGreaterThan(0.95);
  expect(judge([0.05, 0.04, 0.03])).toBeLessThan(0.05);
  expect(judge([0.3, 0.4, 0.7])).toBeLessThan(0.05);
});
