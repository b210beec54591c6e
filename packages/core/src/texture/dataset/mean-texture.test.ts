import { describe, expect, it } from 'vitest';
import { roundHead } from '../round-head.ts';
import { mapTexels, texelsFromVertices } from '../texels.ts';
import { addPerson, addSums, meanSums, meanTexture, personTone } from './mean-texture.ts';
import type { PersonSkin } from './person-skin.ts';

const SIZE = 256;
const model = roundHead(32);
const skin = model.parts[0];
const map = mapTexels(skin, SIZE);
const points = texelsFromVertices(map, skin.triangles, model.mean, 3);
const LIGHT = {
  light: { kind: 'harmonics', coefficients: new Float32Array(27) },
  reference: [1, 1, 1],
  deviation: 0,
} as const;
const TONES = [
  [0.7, 0.5, 0.4],
  [0.12, 0.07, 0.05],
  [0.35, 0.2, 0.14],
];

/** What all people share: fine level waves. */
const pattern = (y: number): number => 0.15 * Math.sin((2 * Math.PI * y) / 8);

/** A person of the shared pattern in an own tone, with a spot that nobody else has, seen from a side. */
function person(n: number): PersonSkin {
  const colors = new Float32Array(3 * map.count);
  const trust = new Float32Array(map.count);
  for (let i = 0; i < map.count; i++) {
    const [x, y, z] = points.subarray(3 * i, 3 * i + 3);
    trust[i] = z > 30 && (n % 3 !== 0 || x > -20) ? 1 : 0;
    const own = Math.hypot(x - 20 + 8 * n, y + 20) < 5 ? -0.6 : 0;
    const tone = TONES[n % TONES.length];
    for (let k = 0; k < 3; k++) colors[3 * i + k] = trust[i] * tone[k] * Math.exp(pattern(y) + own);
  }
  return { map, colors, trust, light: LIGHT, hidden: 0 };
}

const people = Array.from({ length: 12 }, (_, n) => person(n));

describe('personTone', () => {
  it('is the median of the well-seen skin', () => {
    const tone = personTone(people[1]);
    TONES[1].forEach((value, k) => {
      expect(tone[k]).toBeCloseTo(Math.log(value + 0.005), 1);
    });
  });
});

describe('meanTexture', () => {
  const sums = meanSums(model, SIZE);
  for (const one of people) addPerson(sums, one);
  const mean = meanTexture(sums, model);

  it('has the pattern that people share and their geometric mean tone, dark ones counting like light ones', () => {
    let [product, square, level, count] = [0, 0, 0, 0];
    for (let n = 0; n < map.count; n++) {
      const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
      // Away from the spots of single people.
      if (z < 60 || Math.abs(y + 20) < 12 || Math.abs(x) > 60) continue;
      const value = Math.log(mean[3 * map.texels[n] + 1] + 0.005);
      product += value * pattern(y);
      square += pattern(y) ** 2;
      level += value;
      count++;
    }
    const usual = TONES.reduce((sum, tone) => sum + Math.log(tone[1] + 0.005) / TONES.length, 0);
    expect(Math.abs(level / count - usual)).toBeLessThan(0.03);
    expect(product / square).toBeGreaterThan(0.85);
    expect(product / square).toBeLessThan(1.1);
  });

  it('is symmetric, and continued over what nobody showed in the same tone', () => {
    const at = new Map(Array.from(map.texels, (texel, n) => [texel, n]));
    let [worst, pairs] = [0, 0];
    for (let n = 0; n < map.count; n += 5) {
      const texel = map.texels[n];
      const other = texel - (texel % SIZE) + SIZE - 1 - (texel % SIZE);
      if (!at.has(other) || points[3 * n + 2] < 40) continue;
      worst = Math.max(worst, Math.abs(Math.log(mean[3 * texel] / mean[3 * other])));
      pairs++;
    }
    expect(pairs).toBeGreaterThan(500);
    expect(worst).toBeLessThan(0.12);
    const usual = TONES.reduce((sum, tone) => sum + Math.log(tone[1]) / TONES.length, 0);
    for (let n = 0; n < map.count; n++) {
      if (points[3 * n + 2] > -50) continue;
      expect(Math.abs(Math.log(mean[3 * map.texels[n] + 1]) - usual)).toBeLessThan(0.3);
    }
  });

  it('is the same when people were summed in parts', () => {
    const parts = [meanSums(model, SIZE), meanSums(model, SIZE)];
    people.forEach((one, n) => {
      addPerson(parts[n % 2], one);
    });
    addSums(parts[0], parts[1]);
    expect(parts[0].tone[3]).toBe(people.length);
    const other = meanTexture(parts[0], model);
    const worst = other.reduce((most, value, i) => Math.max(most, Math.abs(value - mean[i])), 0);
    expect(worst).toBeLessThan(1e-4);
  });
});
