import { expect, test } from 'vitest';
import { rejectLashes } from './lids.ts';
import { roundHead } from './round-head.ts';
import { skinSurface } from './skin-surface.ts';
import type { SkinTone } from './skin-tone.ts';
import { mapTexels, texelsFromVertices } from './texels.ts';

const round = roundHead(96);
const { mean, vertexCount } = round;
const eye = (x: number, y: number): number => Math.hypot(x - 38, y - 30);
const within = (radius: number): Uint8Array =>
  Uint8Array.from({ length: vertexCount }, (_, v) =>
    mean[3 * v + 2] > 0 && eye(mean[3 * v], mean[3 * v + 1]) < radius ? 255 : 0,
  );
const model = { ...round, regions: { ...round.regions, hidden: within(10), eyelids: within(24) } };
const skin = model.parts[0];
const map = mapTexels(skin, 512);
const points = texelsFromVertices(map, skin.triangles, mean, 3);
const tone: SkinTone = {
  color: [-0.5, -0.9, -1.1],
  shading: new Float64Array(12),
  facing: [0, 0, 1],
  deviation: [0.2, 0.08, 0.1],
};

/** Trust in a texture that is everywhere so much darker than skin. */
function trustAt(darkness: number, from: number, to: number): number {
  const colors = Float32Array.from({ length: 3 * map.count }, (_, i) => tone.color[i % 3] - darkness);
  const seen = new Float32Array(map.count).fill(1);
  rejectLashes(model, map, skinSurface(model).graph, colors, seen, tone);
  const shares: number[] = [];
  for (let n = 0; n < map.count; n++) {
    const distance = eye(points[3 * n], points[3 * n + 1]);
    if (points[3 * n + 2] > 0 && distance > from && distance < to) shares.push(seen[n]);
  }
  return shares.reduce((a, b) => a + b) / shares.length;
}

test('rejectLashes: dark streaks on the lid are hardly trusted, its skin and its fold are', () => {
  expect(trustAt(1.2, 14.5, 15.5)).toBeLessThan(0.6);
  expect(trustAt(0.2, 14.5, 15.5)).toBe(1);
});

test('rejectLashes: brows are none of its business', () => {
  expect(trustAt(1.2, 24, 40)).toBe(1);
});
