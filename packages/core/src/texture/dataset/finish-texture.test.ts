import { describe, expect, it } from 'vitest';
import { roundHead } from '../round-head.ts';
import { mapTexels, texelsFromVertices } from '../texels.ts';
import { finishTexture } from './finish-texture.ts';
import type { PersonSkin } from './person-skin.ts';

const SIZE = 256;
const model = roundHead(32);
const skin = model.parts[0];
const map = mapTexels(skin, SIZE);
const points = texelsFromVertices(map, skin.triangles, model.mean, 3);
const TONE = [1.3, 1.2, 1.1];

/** The mean person: level stripes of 40 mm around the whole head. */
const mean = new Float32Array(3 * SIZE * SIZE);
for (let n = 0; n < map.count; n++) {
  const stripe = 1 + 0.3 * Math.sin((2 * Math.PI * points[3 * n + 1]) / 40);
  mean.set([0.4 * stripe, 0.25 * stripe, 0.18 * stripe], 3 * map.texels[n]);
}

/** Seen from the front: the mean in another tone, redder to one side, with fine skin of its own. */
const colors = new Float32Array(3 * map.count);
const trust = new Float32Array(map.count);
const own = new Float32Array(map.count);
for (let n = 0; n < map.count; n++) {
  const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
  trust[n] = Math.min(1, Math.max(0, (z - 20) / 20));
  own[n] = 0.05 * Math.sin(y) + 0.1 * Math.tanh(x / 40);
  for (let k = 0; k < 3; k++) colors[3 * n + k] = TONE[k] * mean[3 * map.texels[n] + k] * Math.exp(own[n]);
}
const person: PersonSkin = {
  map,
  colors,
  trust,
  light: {
    light: { kind: 'harmonics', coefficients: new Float32Array(27) },
    reference: [1, 1, 1],
    deviation: 0,
  },
  hidden: 0,
};
const finished = finishTexture(person, mean, model);
/** Logarithm of green beside the mean person's. */
const beside = (texel: number): number =>
  Math.log((finished.color[3 * texel + 1] + 0.01) / (mean[3 * texel + 1] + 0.01));

describe('finishTexture', () => {
  it('leaves what was seen as it is', () => {
    let [sum, count] = [0, 0];
    for (let n = 0; n < map.count; n++) {
      if (trust[n] < 1 || points[3 * n + 2] < 60) continue;
      sum += Math.abs(finished.color[3 * map.texels[n] + 1] - colors[3 * n + 1]);
      count++;
    }
    expect(count).toBeGreaterThan(3000);
    expect(sum / count).toBeLessThan(0.004);
  });

  it('shows the mean person in the own tone where nothing was seen', () => {
    const values: number[] = [];
    for (let n = 0; n < map.count; n++) {
      if (points[3 * n + 2] < -50) values.push(beside(map.texels[n]));
    }
    const level = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(level - Math.log(TONE[1]))).toBeLessThan(0.08);
    // The stripes of the mean, 0.6 from crest to trough, are all in it: what is left beside them is grain.
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - level) ** 2, 0) / values.length);
    expect(deviation).toBeLessThan(0.1);
  });

  it('has no edge where the photo ends, and states what each texel rests on', () => {
    // Means of 10 mm rings about the axis of sight, from the face over the border to the back, at one height.
    const rings = new Map<number, number[]>();
    for (let n = 0; n < map.count; n++) {
      const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
      if (Math.abs(y) > 40 || x < 0) continue;
      const ring = Math.floor((100 - z) / 10);
      rings.set(ring, [...(rings.get(ring) ?? []), beside(map.texels[n])]);
    }
    const levels = [...rings]
      .sort(([a], [b]) => a - b)
      .map(([, values]) => values.reduce((sum, value) => sum + value, 0) / values.length);
    expect(levels.length).toBe(20);
    for (let i = 1; i < levels.length; i++) expect(Math.abs(levels[i] - levels[i - 1])).toBeLessThan(0.045);
    for (let n = 0; n < map.count; n++) {
      const texel = map.texels[n];
      const [seen, mirrored] = [finished.seen[texel], finished.mirrored[texel]];
      expect(seen + mirrored).toBeLessThanOrEqual(1.001);
      if (points[3 * n + 2] < -20) expect(seen).toBe(0);
      if (points[3 * n + 2] > 70) expect(seen).toBeGreaterThan(0.9);
    }
  });
});
