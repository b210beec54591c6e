import { describe, expect, it } from 'vitest';
import { roundHead } from '../texture/round-head.ts';
import type { WhitesHue } from './photo-look.ts';
import { averageShade, settleTone } from './settle-tone.ts';

const SIZE = 64;
const model = roundHead(16);
/** A lamp as bright as fits believe on average: then skin is as bright as the photo shows it. */
const USUAL = [Math.exp(0.11), Math.exp(0.11), Math.exp(0.11)] as const;

/** The settled skin, logarithmic green and its two hues, of a head of one color under a shade. */
function settled(
  color: readonly number[],
  shade: readonly [number, number, number] = USUAL,
  whites?: WhitesHue,
): number[] {
  const fitted = Float32Array.from({ length: 3 * SIZE * SIZE }, (_, i) => color[i % 3]);
  const tone = settleTone(fitted, SIZE, model, shade, whites);
  const [red, green, blue] = color.map((value, k) => Math.log(value * tone[k]));
  return [green, red - green, blue - green];
}

describe('settleTone', () => {
  it('takes the warm light of the photos that the model was learnt from off usual skins, dark and fair', () => {
    for (const green of [-1.9, -1.2, -0.8]) {
      const color = [green + 0.363 - 0.297 * green, green, green - 0.295 + 0.068 * green].map(Math.exp);
      const [g, r, b] = settled(color);
      expect(g).toBeCloseTo(green + 0.11, 3);
      expect(r).toBeCloseTo(0.363 - 0.297 * g - 0.15, 3);
      expect(b).toBeCloseTo(-0.295 + 0.068 * g + 0.05, 3);
    }
  });

  it('makes the darkest people no redder than dark ones are', () => {
    for (const green of [-2.2, -2.7]) {
      // The light takes what of a photo's red is more than that of the 32 darkest people.
      const [, red] = settled([green + 1.2, green, green - 0.48].map(Math.exp));
      expect(red).toBeLessThan(0.9);
      expect(red).toBeGreaterThan(0.75);
    }
  });

  it('gives a hue that no skin has to the light, and the more the stranger it is', () => {
    const beside = (extra: number): number => {
      const green = Math.log(0.3);
      const usual = -0.295 + 0.068 * green;
      const color = [0.3 * Math.exp(0.363 - 0.297 * green), 0.3, 0.3 * Math.exp(usual + extra)];
      const [settledGreen, , blue] = settled(color);
      return blue - (-0.295 + 0.068 * settledGreen + 0.05);
    };
    // A little yellow stays a little yellow; purple light does not make purple people.
    expect(beside(-0.08)).toBeLessThan(-0.04);
    expect(beside(0.6)).toBeLessThan(0.14);
    expect(beside(0.6)).toBeGreaterThan(0);
  });

  it('goes a part of the way to the light that whites of eyes tell, never far, and not at all for small eyes', () => {
    const green = Math.log(0.3);
    const color = [green + 0.363 - 0.297 * green, green, green - 0.295 + 0.068 * green].map(Math.exp);
    const [, plain] = settled(color);
    const redOf = (red: number, belief: number) => settled(color, USUAL, { hue: [red, 0.05], belief })[1];
    // Skin alone says that this light is red by 0.15 (logarithm): whites that are redder make the skin less so.
    const light = plain - redOf(0.4, 1);
    expect(light).toBeGreaterThan(0.03);
    expect(light).toBeLessThan(0.1);
    expect(redOf(0, 1)).toBeGreaterThan(plain + 0.02);
    expect(Math.abs(redOf(5, 1) - plain)).toBeLessThan(0.151);
    expect(redOf(0.4, 0)).toBeCloseTo(plain, 6);
  });

  it('believes half of a strong or dim light, and knows no snow white', () => {
    const color = [0.3, 0.18, 0.12];
    for (const shade of [1.4, 0.8]) {
      // What the photo shows, less half of how far its lamp is from the usual one.
      const expected = Math.log(0.18 * shade) - 0.5 * (Math.log(shade) - 0.11);
      expect(settled(color, [shade, shade, shade])[0]).toBeCloseTo(expected, 3);
    }
    expect(settled([0.9, 0.7, 0.6], [1.3, 1.3, 1.3])[0]).toBeCloseTo(-0.62, 3);
  });
});

it('averageShade: an even light of two on every photo shades with two, lights of different photos are averaged', () => {
  const camera = {
    position: [0, 0, 900],
    target: [0, 0, 0],
    roll: 0,
    focal: 900,
    width: 100,
    height: 100,
  } as const;
  const even = (strength: number) => {
    const coefficients = new Float32Array(27).fill(strength * Math.sqrt(4 * Math.PI), 0, 3);
    return { expression: new Float32Array(0), camera, light: { kind: 'harmonics' as const, coefficients } };
  };
  const shade = averageShade({ identity: new Float32Array(0), photos: [even(2), even(0.5)] }, model);
  for (const value of shade) expect(value).toBeCloseTo(1, 3);
  expect(averageShade({ identity: new Float32Array(0), photos: [even(2)] }, model)[1]).toBeCloseTo(2, 3);
});
