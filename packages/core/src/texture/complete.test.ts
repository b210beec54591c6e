import { expect, test } from 'vitest';
import { complete } from './complete.ts';
import { mirrorTexels } from './mirror.ts';
import { roundHead } from './round-head.ts';
import { mapTexels, texelsFromVertices } from './texels.ts';
import type { UnwrappedTexture } from './unwrap.ts';

const SIZE = 256;
const model = roundHead(32);
const skin = model.parts[0];
const map = mapTexels(skin, SIZE);
const points = texelsFromVertices(map, skin.triangles, model.mean, 3);

/** An unwrapped photo made by code: what is seen, and of which color. */
function unwrapped(
  paint: (x: number, y: number, z: number) => readonly [number, number, number],
  trust: (x: number, y: number, z: number) => number,
): UnwrappedTexture {
  const color = new Float32Array(3 * SIZE * SIZE);
  const confidence = new Float32Array(SIZE * SIZE);
  for (let n = 0; n < map.count; n++) {
    const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
    confidence[map.texels[n]] = trust(x, y, z);
    if (confidence[map.texels[n]] > 0) color.set(paint(x, y, z), 3 * map.texels[n]);
  }
  return { size: SIZE, color, confidence };
}

const front = (_x: number, _y: number, z: number): number => (z > 50 ? 1 : 0);
const tan = (x: number, y: number): [number, number, number] => {
  const shade = 1 + 0.08 * Math.sin(x / 4) * Math.sin(y / 4);
  return [0.6 * shade, 0.42 * shade, 0.33 * shade];
};

test('complete: what was seen stays as it was', () => {
  const input = unwrapped(tan, front);
  const { color, seen } = complete(input, model);
  let [count, sum] = [0, 0];
  seen.forEach((share, texel) => {
    if (share < 0.99) return;
    count++;
    for (let k = 0; k < 3; k++) sum += Math.abs(color[3 * texel + k] - input.color[3 * texel + k]) / 3;
  });
  expect(count).toBeGreaterThan(5000);
  expect(sum / count).toBeLessThan(0.003);
});

test('complete: the hidden back is invented in the tone of the skin, with grain', () => {
  const { color, seen, mirrored } = complete(unwrapped(tan, front), model);
  const reds: number[] = [];
  for (let n = 0; n < map.count; n++) {
    if (points[3 * n + 2] > -60) continue;
    const texel = map.texels[n];
    expect(seen[texel] + mirrored[texel]).toBe(0);
    expect(Math.abs(color[3 * texel] - 0.6)).toBeLessThan(0.12);
    expect(color[3 * texel]).toBeGreaterThan(color[3 * texel + 1]);
    reds.push(color[3 * texel]);
  }
  const mean = reds.reduce((a, b) => a + b) / reds.length;
  const deviation = Math.sqrt(reds.reduce((sum, red) => sum + (red - mean) ** 2, 0) / reds.length);
  expect(deviation).toBeGreaterThan(0.003);
  expect(deviation).toBeLessThan(0.05);
});

test('complete: both sides of the UV seam carry the same color', () => {
  const { color } = complete(unwrapped(tan, front), model);
  // The seam lies at u = 0.05 and u = 0.95; the columns beside it are neighbours on the surface.
  const [left, right] = [Math.ceil(0.05 * SIZE), Math.floor(0.95 * SIZE) - 1];
  let jump = 0;
  let step = 0;
  for (let row = Math.round(0.15 * SIZE); row < 0.85 * SIZE; row++) {
    jump += Math.abs(color[3 * (row * SIZE + left)] - color[3 * (row * SIZE + right)]);
    step += Math.abs(color[3 * (row * SIZE + left)] - color[3 * (row * SIZE + left + 2)]);
  }
  expect(jump).toBeLessThan(2 * step);
});

test('complete: a side that was not seen is the mirror image of the other, brightness joined', () => {
  const spot = (x: number, y: number): [number, number, number] => {
    const dark = Math.hypot(Math.abs(x) - 45, y - 10) < 6 ? 0.5 : 1;
    return [0.6 * dark, 0.42 * dark, 0.33 * dark];
  };
  const { color, mirrored } = complete(
    unwrapped(spot, (x, _y, z) => (z > 50 && x > -10 ? 1 : 0)),
    model,
  );
  const place = (x: number, y: number): number => {
    let [best, bestDistance] = [0, Infinity];
    for (let n = 0; n < map.count; n++) {
      if (points[3 * n + 2] < 0) continue;
      const distance = Math.hypot(points[3 * n] - x, points[3 * n + 1] - y);
      if (distance < bestDistance) [best, bestDistance] = [map.texels[n], distance];
    }
    return best;
  };
  const [dark, light] = [place(-45, 10), place(-45, 35)];
  expect(mirrored[dark]).toBeGreaterThan(0.95);
  expect(color[3 * dark]).toBeCloseTo(0.3, 1);
  expect(color[3 * light]).toBeCloseTo(0.6, 1);
});

test('complete: hair near the border of the face does not run over the scalp', () => {
  const fringe = (x: number, y: number, z: number): readonly [number, number, number] =>
    z < 25 ? [0.03, 0.02, 0.02] : tan(x, y);
  const { color } = complete(
    unwrapped(fringe, (_x, _y, z) => (z > 5 ? 1 : 0)),
    model,
  );
  for (let n = 0; n < map.count; n++) {
    // Low down it might be a beard; at the pole all columns meet in one vertex.
    if (points[3 * n + 2] < -20 && Math.abs(points[3 * n + 1] - 40) < 50) {
      expect(color[3 * map.texels[n]]).toBeGreaterThan(0.42);
    }
  }
});

test('mirrorTexels: the mirrored place of a point shows its mirror image', () => {
  const places = mirrorTexels(model, SIZE);
  for (let n = 0; n < map.count; n += 7) {
    // The seam itself has two places; points next to it are left out.
    if (points[3 * n + 2] < -90 || Math.abs(points[3 * n + 1]) > 95) continue;
    const entry = map.entries[Math.floor(places[2 * n + 1]) * SIZE + Math.floor(places[2 * n])];
    expect(entry).toBeGreaterThanOrEqual(0);
    expect(Math.abs(points[3 * entry] + points[3 * n])).toBeLessThan(3);
    expect(Math.abs(points[3 * entry + 1] - points[3 * n + 1])).toBeLessThan(3);
  }
});
