import { describe, expect, it } from 'vitest';
import { smoothstep } from './face-area.ts';
import { roundHead } from './round-head.ts';
import { mapTexels, texelsFromVertices } from './texels.ts';
import { wearPhoto } from './wear-photo.ts';

const SIZE = 256;
const model = roundHead(32);
const skin = model.parts[0];
const map = mapTexels(skin, SIZE);
const points = texelsFromVertices(map, skin.triangles, model.mean, 3);
const ALBEDO = [0.4, 0.25, 0.18] as const;

type Place = (x: number, y: number, z: number) => number;
type Paint = (x: number, y: number, z: number) => readonly number[];

/** The skin that comes of a photo which shows `beside` (logarithmic RGB) next to the model's. */
function worn(beside: Paint, trust: Place = (_x, _y, z) => smoothstep(25, 60, z)) {
  const fitted = Float32Array.from({ length: 3 * SIZE * SIZE }, (_, i) => ALBEDO[i % 3]);
  const person = {
    map,
    colors: new Float32Array(3 * map.count),
    trust: new Float32Array(map.count),
    light: {
      light: { kind: 'harmonics' as const, coefficients: new Float32Array(27) },
      reference: [1, 1, 1] as const,
      deviation: 0,
    },
    hidden: 0,
  };
  for (let n = 0; n < map.count; n++) {
    const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
    person.trust[n] = trust(x, y, z);
    const rows = beside(x, y, z);
    for (let k = 0; k < 3; k++) person.colors[3 * n + k] = ALBEDO[k] * Math.exp(rows[k]);
  }
  return wearPhoto(person, fitted, model, 1);
}

/** Mean logarithm beside the albedo over a part of the head, by channel. */
function level(
  { color }: { readonly color: Float32Array },
  where: (x: number, y: number, z: number) => boolean,
): number[] {
  const sums = [0, 0, 0, 0];
  for (let n = 0; n < map.count; n++) {
    const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
    if (!where(x, y, z)) continue;
    for (let k = 0; k < 3; k++) sums[k] += Math.log(color[3 * map.texels[n] + k] / ALBEDO[k]);
    sums[3]++;
  }
  return [0, 1, 2].map((k) => sums[k] / sums[3]);
}

const front: Parameters<typeof level>[1] = (x, y, z) => z > 70 && Math.hypot(x, y) < 60;
const back: Parameters<typeof level>[1] = (_x, y, z) => z < -20 && Math.abs(y) < 80;

describe('wearPhoto', () => {
  it('leaves tone and exposure of the photo to its light: face and scalp keep the model’s', () => {
    const skinned = worn(() => [0.3, 0.1, -0.4]);
    for (const part of [level(skinned, front), level(skinned, back)]) {
      for (const value of part) expect(Math.abs(value)).toBeLessThan(0.02);
    }
  });

  it('keeps spots, and mirrors them to the side that was not seen', () => {
    const spot: Paint = (x, y) => {
      const dark = Math.hypot(Math.abs(x) - 35, y - 10) < 3 ? -0.5 : 0;
      return [dark, dark, dark];
    };
    const skinned = worn(spot, (x, _y, z) => smoothstep(25, 60, z) * smoothstep(-12, -4, x));
    for (const side of [1, -1]) {
      const [, green] = level(skinned, (x, y, z) => z > 0 && Math.hypot(x - side * 35, y - 10) < 2);
      expect(green).toBeLessThan(-0.25);
    }
  });

  it('takes a green jaw and a lopsided tint for reflections', () => {
    const green: Paint = (x, y) => {
      const share = 0.25 * smoothstep(-20, -45, y) * smoothstep(-10, 10, x);
      return [-share, 0.3 * share, -share];
    };
    const skinned = worn(green);
    const jaw = (side: number): number => {
      const [red, other] = level(skinned, (x, y, z) => z > 40 && side * x > 20 && y < -45 && y > -65);
      return red - other;
    };
    // The photo has -0.33 on one side, nothing on the other.
    expect(jaw(1)).toBeGreaterThan(-0.06);
    expect(Math.abs(jaw(1) - jaw(-1))).toBeLessThan(0.03);
  });

  it('wipes strands of hair off the border of the face, not lines off its middle', () => {
    const strand: Paint = (_x, y) => {
      const dark = Math.abs(y) < 1 ? -0.4 : 0;
      return [dark, dark, dark];
    };
    const skinned = worn(strand, (_x, _y, z) => smoothstep(4, 12, z));
    const line = (low: number, high: number): number =>
      level(skinned, (x, y, z) => z > 0 && Math.abs(y) < 0.7 && x > low && x < high)[1];
    expect(line(98.4, 99.6)).toBeGreaterThan(0.65 * line(20, 50));
    expect(line(20, 50)).toBeLessThan(-0.25);
  });

  it('leaves cast shadows on plain skin to the model', () => {
    const shadow: Paint = (x, y) => {
      const dark = -1.2 * smoothstep(16, 10, Math.hypot(x - 40, y - 5));
      return [dark, dark, dark];
    };
    const [, green] = level(worn(shadow), (x, y, z) => z > 0 && Math.hypot(x - 40, y - 5) < 7);
    expect(green).toBeGreaterThan(-0.3);
  });

  it('gives the scalp the pores of the face and nothing coarser', () => {
    // Deterministic white noise stands for pores.
    const pore = (x: number, y: number, z: number): number => {
      const wave = Math.sin(12.9898 * x + 78.233 * y + 37.719 * z) * 43758.5453;
      return 0.08 * (wave - Math.floor(wave) - 0.5);
    };
    const { color } = worn((x, y, z) => [pore(x, y, z), pore(x, y, z), pore(x, y, z)]);
    const cells = new Map<string, number[]>();
    const all: number[] = [];
    for (let n = 0; n < map.count; n++) {
      const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
      if (z > -30 || Math.abs(y) > 70) continue;
      const value = Math.log(color[3 * map.texels[n] + 1] / ALBEDO[1]);
      all.push(value);
      const key = [x, y, z].map((p) => Math.floor(p / 12)).join(' ');
      cells.set(key, [...(cells.get(key) ?? []), value]);
    }
    const spread = (values: readonly number[]): number => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    };
    const means = [...cells.values()]
      .filter((list) => list.length > 20)
      .map((list) => list.reduce((a, b) => a + b) / list.length);
    expect(spread(all)).toBeGreaterThan(0.005);
    expect(spread(all)).toBeLessThan(0.03);
    expect(spread(means)).toBeLessThan(0.35 * spread(all));
  });
});
