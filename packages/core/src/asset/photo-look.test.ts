import { expect, test } from 'vitest';
import { linearToBytes } from '../image/color.ts';
import type { Image } from '../image/image.ts';
import { BROWN_EYE } from '../texture/eye-texture.ts';
import { lookUnder, matchLook, measureLook, relight, whitesHue } from './photo-look.ts';

const LIGHT = [0.5, 0.5, 0.5];
const BLUE = [0.08, 0.12, 0.2];
const WHITE = [0.66, 0.61, 0.58];

/** Two eyes, `width` pixels each, under half the light: blue irises, dark skin, one highlight each. */
function eyes(width: number): { image: Image; landmarks: Float32Array } {
  const [across, down] = [4 * width, 2 * width];
  const linear = new Float32Array(3 * across * down).fill(0.05);
  const landmarks = new Float32Array(136);
  [1, 3].forEach((place, eye) => {
    const [x, y] = [place * width, width];
    const outline = [
      [-0.5, 0],
      [-0.2, -0.22],
      [0.2, -0.22],
      [0.5, 0],
      [0.2, 0.22],
      [-0.2, 0.22],
    ];
    outline.forEach(([dx, dy], i) => {
      landmarks.set([x + dx * width, y + dy * width], 2 * (36 + 6 * eye + i));
    });
    for (let row = 0; row < down; row++) {
      for (let column = 0; column < across; column++) {
        const [dx, dy] = [(column + 0.5 - x) / width, (row + 0.5 - y) / width];
        if (Math.abs(dx) > 0.5 || Math.abs(dy) > 0.22) continue;
        const distance = Math.hypot(dx, dy);
        const color = distance < 0.06 ? [0.005, 0.005, 0.005] : distance < 0.195 ? BLUE : WHITE;
        const highlight = Math.hypot(dx - 0.1, dy + 0.08) < 0.03;
        for (let c = 0; c < 3; c++)
          linear[3 * (row * across + column) + c] = highlight ? 1 : color[c] * LIGHT[c];
      }
    }
  });
  return { image: { width: across, height: down, channels: 3, data: linearToBytes(linear) }, landmarks };
}

test('light and iris colour of a large face are found in spite of pupils and highlights', () => {
  const { image, landmarks } = eyes(60);
  const { light, iris } = measureLook(image, landmarks);
  for (let c = 0; c < 3; c++) {
    expect(light[c]).toBeCloseTo(0.5, 1);
    expect(Math.abs(iris[c] / BLUE[c] - 1)).toBeLessThan(0.15);
  }
});

test('teeth between open lips light the mouth; closed lips leave it to the eyes', () => {
  const { image, landmarks } = eyes(60);
  expect(measureLook(image, landmarks).mouthLight).toEqual(measureLook(image, landmarks).light);
  const inner = [
    [20, 100],
    [40, 90],
    [60, 90],
    [80, 90],
    [100, 100],
    [80, 110],
    [60, 110],
    [40, 110],
  ];
  inner.forEach(([x, y], i) => {
    landmarks.set([x, y], 2 * (60 + i));
  });
  const teeth = linearToBytes(Float32Array.of(0.56, 0.504, 0.416));
  const data = Uint8Array.from(image.data);
  for (let y = 90; y < 110; y++) for (let x = 20; x < 100; x++) data.set(teeth, 3 * (y * image.width + x));
  for (const value of measureLook({ ...image, data }, landmarks).mouthLight)
    expect(value).toBeCloseTo(0.8, 1);
});

test('a tiny face says nothing', () => {
  const { image, landmarks } = eyes(7);
  expect(measureLook(image, landmarks)).toEqual({
    light: [1, 1, 1],
    mouthLight: [1, 1, 1],
    iris: BROWN_EYE.iris,
  });
});

test('half the light is half the linear value, channel by channel', () => {
  const texture = { width: 1, height: 1, channels: 3 as const, data: Uint8Array.from([188, 188, 188]) };
  // Byte 188 is linear 0.5; a quarter is byte 137, an eighth 99.
  expect([...relight(texture, [1, 0.5, 0.25]).data]).toEqual([188, 137, 99]);
});

test('a render with too bright irises and too dim whites is corrected by the ratio; an equal one changes nothing', () => {
  const photo = eyes(60);
  const look = measureLook(photo.image, photo.landmarks);
  expect(matchLook(look, photo, photo)).toEqual(look);
  const dim = { ...photo, image: relight(photo.image, [0.8, 0.8, 0.8]) };
  const matched = matchLook(look, photo, dim);
  for (let c = 0; c < 3; c++) {
    expect(matched.light[c] / look.light[c]).toBeCloseTo(1.25, 1);
    expect(matched.iris[c] / look.iris[c]).toBeCloseTo(1, 1);
  }
});

test('under a light of the photo’s own colour, parts give back what of it was painted on them', () => {
  const look = { light: [0.9, 0.6, 0.5], mouthLight: [0.6, 0.5, 0.4], iris: [0.1, 0.1, 0.1] } as const;
  const { light, mouthLight, iris } = lookUnder(look, [1.2, 1, 0.8]);
  // Brightness is what is left of the light; of a tint that no eye has only the plausible part stays.
  expect(luminance(light)).toBeCloseTo(luminance([0.75, 0.6, 0.625]), 1);
  expect(light[0]).toBeGreaterThan(light[1]);
  expect(light[0] / light[1]).toBeLessThan(1.13);
  [0.5, 0.5, 0.5].forEach((value, c) => {
    expect(mouthLight[c]).toBeCloseTo(value, 6);
  });
  expect(iris).toEqual(look.iris);
});

test('under a lamp thought cyan no white turns pink', () => {
  const look = { light: [0.5, 0.5, 0.5], mouthLight: [0.6, 0.55, 0.5], iris: BROWN_EYE.iris } as const;
  const freed = lookUnder(look, [0.58, 0.83, 0.88]);
  for (const [red, green, blue] of [freed.light, freed.mouthLight]) {
    expect(red / green).toBeLessThan(1.13);
    expect(blue / green).toBeGreaterThan(0.88);
  }
});

function luminance([red, green, blue]: readonly number[]): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test('whitesHue: the hue of the light on the whites, the mean of photos, nothing of tiny eyes', () => {
  const { image, landmarks } = eyes(60);
  const plain = whitesHue([{ image, landmarks }]);
  expect(plain?.belief).toBe(1);
  const warm = { image: relight(image, [1.2, 1, 0.9]), landmarks };
  const found = whitesHue([warm]);
  expect((found?.hue[0] ?? 0) - (plain?.hue[0] ?? 0)).toBeCloseTo(Math.log(1.2), 1);
  expect((found?.hue[1] ?? 0) - (plain?.hue[1] ?? 0)).toBeCloseTo(Math.log(0.9), 1);
  const both = whitesHue([{ image, landmarks }, warm]);
  expect(both?.hue[0]).toBeCloseTo(((plain?.hue[0] ?? 0) + (found?.hue[0] ?? 0)) / 2, 5);
  expect(whitesHue([eyes(6)])).toBeUndefined();
});
