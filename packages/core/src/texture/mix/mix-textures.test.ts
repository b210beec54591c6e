import { describe, expect, it } from 'vitest';
import { randomStream } from '../../random/index.ts';
import type { TextureSet } from '../gan/texture-set.ts';
import { type MixStock, mixRecipe, mixTexture, tonesOf } from './mix-textures.ts';

const S = 64;
const PLANE = S * S;

/** People of even skin with stripes of their own; half are dark. */
function people(count: number): TextureSet {
  const data = new Uint8Array(count * 3 * PLANE);
  for (let n = 0; n < count; n++) {
    for (let k = 0; k < 3; k++) {
      for (let i = 0; i < PLANE; i++) {
        const stripe = 6 * Math.sin((i % S) * (0.6 + 0.1 * n));
        data[(3 * n + k) * PLANE + i] = (n % 2 ? 70 : 190) - 20 * k + n + stripe;
      }
    }
  }
  return { count, resolution: S, data, topologyDigest: '' };
}

function stock(count = 8): MixStock {
  const set = people(count);
  const disc = (x: number, y: number): Float32Array =>
    Float32Array.from({ length: PLANE }, (_, i) => {
      const radius = Math.hypot((i % S) - x, Math.floor(i / S) - y);
      return Math.min(1, Math.max(0, (14 - radius) / 5));
    });
  const mirror = Float32Array.from({ length: 2 * PLANE }, (_, j) => {
    const i = j >> 1;
    return j % 2 ? Math.floor(i / S) + 0.5 : S - 1 - (i % S) + 0.5;
  });
  const regions = { eyes: disc(32, 16), nose: disc(32, 32), forehead: disc(12, 8), lower: disc(32, 48) };
  return { set, tones: tonesOf(set, new Float32Array(PLANE).fill(1)), regions, mirror };
}

const PLAIN = { detail: 0, toneShift: [0, 0, 0], mirrored: false } as const;

describe('mixRecipe', () => {
  it('gives the same people for the same seed, and light ones no part of dark ones', () => {
    const all = stock();
    const recipes = (): unknown => {
      const random = randomStream(5, 'mix');
      return Array.from({ length: 50 }, () => mixRecipe(all, random));
    };
    expect(recipes()).toEqual(recipes());
    const random = randomStream(6, 'mix');
    for (let i = 0; i < 100; i++) {
      const { base, regions, detail, toneShift } = mixRecipe(all, random);
      expect(regions.length).toBeGreaterThan(0);
      for (const person of [detail, ...regions.map(([, lender]) => lender)])
        expect(person % 2).toBe(base % 2);
      expect(Math.abs(toneShift[1])).toBeLessThan(0.2);
    }
  });
});

describe('mixTexture', () => {
  it('is the person itself when nobody lends anything', () => {
    const all = stock();
    const mixed = mixTexture(all, { ...PLAIN, base: 0, regions: [] });
    const worst = mixed.reduce((most, value, i) => Math.max(most, Math.abs(value - all.set.data[i])), 0);
    expect(worst).toBeLessThanOrEqual(1);
  });

  it('lays a region in with its own detail and no edge', () => {
    const all = stock();
    const mixed = mixTexture(all, { ...PLAIN, base: 0, regions: [['nose', 6]] });
    const row = 32 * S;
    const lent = Array.from(mixed.subarray(row + 26, row + 38));
    const source = 3 * 6 * PLANE + row;
    const offset = lent[0] - all.set.data[source + 26];
    // The stripes are the lender's, their level is the base's.
    lent.forEach((value, i) => {
      expect(Math.abs(value - all.set.data[source + 26 + i] - offset)).toBeLessThan(4);
    });
    const mean = lent.reduce((sum, value) => sum + value, 0) / lent.length;
    expect(Math.abs(mean - 190)).toBeLessThan(5);
    expect(mixed[row + 5]).toBe(all.set.data[row + 5]);
  });

  it('shifts the tone by an offset of logarithms, and mirrors', () => {
    const all = stock();
    const plain = mixTexture(all, { ...PLAIN, base: 0, regions: [] });
    const dark = mixTexture(all, { ...PLAIN, base: 0, regions: [], toneShift: [-0.3, -0.3, -0.3] });
    expect(dark.every((value, i) => value < plain[i])).toBe(true);
    const turned = mixTexture(all, { ...PLAIN, base: 0, regions: [], mirrored: true });
    for (let x = 0; x < S; x++) expect(Math.abs(turned[x] - plain[S - 1 - x])).toBeLessThanOrEqual(1);
  });

  it('takes the coarse of one and the fine of another', () => {
    const all = stock();
    const mixed = mixTexture(all, { ...PLAIN, base: 0, detail: 6, regions: [] });
    const level = (data: Uint8Array): number => data.subarray(0, PLANE).reduce((a, b) => a + b, 0) / PLANE;
    expect(Math.abs(level(mixed) - level(all.set.data))).toBeLessThan(2);
    const middle = 20 * S;
    let product = 0;
    for (let x = 8; x < 56; x++) product += (mixed[middle + x] - 190) * Math.sin(x * 1.2);
    expect(product / 24).toBeGreaterThan(3);
  });

  it('leaves moustaches where they are: no blots of their border or their detail on shaved skin', () => {
    const all = stock();
    const { set } = all;
    // Person 0 has a moustache from the border of the lower region into it; person 6 is shaved, but for his stripes.
    const hair = (i: number): boolean => {
      const [row, column] = [Math.floor(i / S), i % S];
      return row >= 34 && row < 42 && column >= 24 && column < 40;
    };
    for (let i = 0; i < PLANE; i++) if (hair(i)) for (let k = 0; k < 3; k++) set.data[k * PLANE + i] = 60;
    const shaved = mixTexture(all, { ...PLAIN, base: 0, regions: [['lower', 6]] });
    // Inside of the lent region nothing is left of it: below, all is plain skin of the base's tone.
    for (let x = 26; x < 38; x++) expect(Math.abs(shaved[46 * S + x] - 190)).toBeLessThan(18);
    const detail = mixTexture(all, { ...PLAIN, base: 0, detail: 6, regions: [] });
    for (let x = 28; x < 36; x++) expect(detail[38 * S + x]).toBeLessThan(75);
    const borrowed = mixTexture(all, { ...PLAIN, base: 6, detail: 0, regions: [] });
    for (let x = 24; x < 40; x++) expect(borrowed[38 * S + x]).toBeGreaterThan(165);
  });

  it.each([128, 256])('keeps the same waves for coarse and for fine with %i texels', (size) => {
    const plane = size * size;
    const wave = (n: number, i: number): number => Math.sin((2 * Math.PI * n * (i % size)) / size);
    const data = new Uint8Array(2 * 3 * plane).fill(150);
    for (let i = 0; i < 3 * plane; i++) data[3 * plane + i] = 150 + 20 * wave(6, i) + 20 * wave(40, i);
    const set: TextureSet = { count: 2, resolution: size, data, topologyDigest: '' };
    const none = new Float32Array(plane);
    const regions = { eyes: none, nose: none, forehead: none, lower: none };
    const all = { set, tones: new Float32Array(6), regions, mirror: new Float32Array(2 * plane) };
    const mixed = mixTexture(all, { ...PLAIN, base: 0, detail: 1, regions: [] });
    const strength = (n: number): number => {
      let sum = 0;
      for (let i = 0; i < plane; i++) sum += (2 * mixed[i] * wave(n, i)) / plane;
      return sum / 20;
    };
    // A sixth of the map is some 50 mm of face, a fortieth 7 mm: tone of the one, detail of the other.
    expect(Math.abs(strength(6))).toBeLessThan(0.25);
    expect(strength(40)).toBeGreaterThan(0.85);
  });
});
