import { describe, expect, it } from 'vitest';
import { type HarmonicLight, plainShader } from '../../render/light.ts';
import { roundHead } from '../round-head.ts';
import { mapTexels, texelsFromVertices } from '../texels.ts';
import type { UnwrappedTexture } from '../unwrap.ts';
import { personSkin } from './person-skin.ts';

const SIZE = 256;
const model = roundHead(32);
const skin = model.parts[0];
const map = mapTexels(skin, SIZE);
const points = texelsFromVertices(map, skin.triangles, model.mean, 3);
const TONE = [0.8, 0.7, 0.65];

/** The mean person: even skin with fine level waves. */
const mean = new Float32Array(3 * SIZE * SIZE);
for (let n = 0; n < map.count; n++) {
  const wave = 1 + 0.15 * Math.sin((2 * Math.PI * points[3 * n + 1]) / 8);
  mean.set([0.5 * wave, 0.3 * wave, 0.22 * wave], 3 * map.texels[n]);
}

/** Light from a side: a constant and a direction. */
function light(x: number, y: number, z: number): HarmonicLight {
  const coefficients = new Float32Array(27);
  [2.6, y, z, x].forEach((value, b) => {
    coefficients.fill(value, 3 * b, 3 * b + 3);
  });
  return { kind: 'harmonics', coefficients };
}

/** A photo of a person, the mean's skin in a tone of its own, in a light; a square on the forehead is covered in black. */
function photo(source: HarmonicLight, covered = false): UnwrappedTexture {
  const shade = plainShader(source, [0, 0, 500]);
  const out = new Float64Array(6);
  const color = new Float32Array(3 * SIZE * SIZE);
  const confidence = new Float32Array(SIZE * SIZE);
  for (let n = 0; n < map.count; n++) {
    const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
    if (z < 45) continue;
    const texel = map.texels[n];
    confidence[texel] = 1;
    shade(new Float64Array(3), Float64Array.of(x / 100, y / 100, z / 100), out);
    const black = covered && y > 45 && x > 10;
    for (let k = 0; k < 3; k++) {
      color[3 * texel + k] = black ? 0.015 : 0.35 * TONE[k] * mean[3 * texel + k] * out[k];
    }
  }
  return { size: SIZE, color, confidence };
}

/** Mean and deviation of the logarithm of green beside the mean person's, over the middle of the face. */
function level(colors: Float32Array, trust: Float32Array): { mean: number; deviation: number } {
  const values: number[] = [];
  for (let n = 0; n < map.count; n++) {
    if (trust[n] > 0.8 && points[3 * n + 2] > 70) {
      values.push(Math.log(colors[3 * n + 1] / mean[3 * map.texels[n] + 1]));
    }
  }
  const middle = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length;
  return { mean: middle, deviation: Math.sqrt(variance) };
}

const all = new Float32Array(map.count).fill(1);

describe('personSkin', () => {
  it('finds a known light and leaves the person’s own skin', () => {
    const unwrapped = photo(light(0.9, 0.5, 0.8));
    const lit = Float32Array.from(
      { length: 3 * map.count },
      (_, i) => unwrapped.color[3 * map.texels[Math.floor(i / 3)] + (i % 3)],
    );
    const seen = Float32Array.from(map.texels, (texel) => unwrapped.confidence[texel]);
    const before = level(lit, seen);
    const person = personSkin(unwrapped, model.mean, model, mean);
    const after = level(person.colors, person.trust);
    expect(before.deviation).toBeGreaterThan(0.12);
    expect(after.deviation).toBeLessThan(0.03);
    // What the light is on average stays in the tone, as it does in the photo.
    expect(Math.abs(after.mean - before.mean)).toBeLessThan(0.1);
    const [, up, front, side] = [0, 1, 2, 3].map((b) => person.light.light.coefficients[3 * b + 1]);
    const cosine =
      (0.9 * side + 0.5 * up + 0.8 * front) / (Math.hypot(0.9, 0.5, 0.8) * Math.hypot(side, up, front));
    expect((Math.acos(cosine) * 180) / Math.PI).toBeLessThan(10);
    expect(person.light.deviation).toBeLessThan(0.05);
    expect(person.hidden).toBeLessThan(0.1);
  });

  it('takes trust from what covers the face, and keeps the rest of the skin as it is', () => {
    const free = personSkin(photo(light(0, 0, 0.8)), model.mean, model, mean);
    const person = personSkin(photo(light(0, 0, 0.8), true), model.mean, model, mean);
    const trusted = (where: (x: number, y: number) => boolean): number => {
      const inside = [...map.texels.keys()].filter((n) => {
        const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
        return z > 60 && where(x, y);
      });
      return inside.reduce((sum, n) => sum + person.trust[n], 0) / inside.length;
    };
    expect(trusted((x, y) => y > 50 && x > 15)).toBeLessThan(0.05);
    expect(trusted((_, y) => y < 25)).toBeGreaterThan(0.9);
    expect(person.hidden).toBeGreaterThan(free.hidden + 0.02);
    expect(level(person.colors, person.trust).deviation).toBeLessThan(0.05);
  });

  it('takes skin for even while no mean is known', () => {
    const { colors } = personSkin(photo(light(0.9, 0, 0.8)), model.mean, model);
    expect(level(colors, all).deviation).toBeLessThan(0.12);
  });
});
