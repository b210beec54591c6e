import { describe, expect, it } from 'vitest';
import { roundHead } from '../round-head.ts';
import { mapTexels, texelsFromVertices } from '../texels.ts';
import { evenMean, evenTone } from './even-tone.ts';

const model = roundHead(32);
const skin = model.parts[0];
const map = mapTexels(skin, 256);
const points = texelsFromVertices(map, skin.triangles, model.mean, 3);
const ALBEDO = [0.4, 0.25, 0.18];

type Light = (x: number, y: number) => number;

/** A face of one albedo, seen from the front in a light; evened colors and the mean they are compared to. */
function lit(light: Light, tone = 1): { colors: Float32Array; trust: Float32Array } {
  const colors = new Float32Array(3 * map.count);
  const albedo = new Float32Array(3 * map.count);
  const trust = new Float32Array(map.count);
  for (let n = 0; n < map.count; n++) {
    const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
    trust[n] = z > 40 ? 1 : 0;
    for (let k = 0; k < 3; k++) {
      albedo[3 * n + k] = ALBEDO[k];
      colors[3 * n + k] = trust[n] * tone * ALBEDO[k] * Math.exp(light(x, y));
    }
  }
  evenTone(model, map, colors, albedo, trust);
  return { colors, trust };
}

/** Mean logarithm of green, beside the albedo's, over a part of what is seen. */
function level(colors: Float32Array, where: (x: number, y: number) => boolean): number {
  let [sum, count] = [0, 0];
  for (let n = 0; n < map.count; n++) {
    const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
    if (z < 55 || !where(x, y)) continue;
    sum += Math.log(colors[3 * n + 1] / ALBEDO[1]);
    count++;
  }
  return sum / count;
}

describe('evenTone', () => {
  it('takes out what differs between left and right', () => {
    const { colors } = lit((x) => 0.5 * Math.tanh(x / 12));
    const difference = level(colors, (x) => x > 15) - level(colors, (x) => x < -15);
    // It was about 0.9.
    expect(Math.abs(difference)).toBeLessThan(0.1);
  });

  it('takes most of the gloss off a forehead and leaves a dark face dark', () => {
    const gloss: Light = (x, y) => 0.5 * Math.exp(-(x * x + (y - 30) ** 2) / 150);
    const { colors } = lit(gloss, 0.4);
    const [shiny, plain] = [
      level(colors, (x, y) => Math.hypot(x, y - 30) < 5),
      level(colors, (_, y) => y < -5),
    ];
    // It was about 0.46.
    expect(shiny - plain).toBeLessThan(0.25);
    expect(plain).toBeCloseTo(Math.log(0.4), 1);
  });

  it('keeps what is finer than light', () => {
    const pores: Light = (x, y) => 0.08 * Math.sin(3 * x) * Math.sin(3 * y);
    const { colors, trust } = lit(pores);
    let [product, power] = [0, 0];
    for (let n = 0; n < map.count; n++) {
      if (trust[n] < 1 || points[3 * n + 2] < 55) continue;
      const wanted = pores(points[3 * n], points[3 * n + 1]);
      product += wanted * Math.log(colors[3 * n + 1] / ALBEDO[1]);
      power += wanted * wanted;
    }
    expect(product / power).toBeGreaterThan(0.85);
  });
});

it('evenMean halves large shadows of the average person', () => {
  const color = new Float32Array(3 * 256 * 256);
  for (let n = 0; n < map.count; n++) {
    const shade = 0.25 * Math.tanh(points[3 * n + 1] / 30);
    for (let k = 0; k < 3; k++) color[3 * map.texels[n] + k] = ALBEDO[k] * Math.exp(shade);
  }
  evenMean(model, map, color);
  const logs = Float32Array.from(
    { length: 3 * map.count },
    (_, i) => color[3 * map.texels[Math.floor(i / 3)] + (i % 3)],
  );
  const left = level(logs, (_, y) => y > 35) - level(logs, (_, y) => y < -35);
  expect(left).toBeGreaterThan(0.1);
  expect(left).toBeLessThan(0.3);
});
