import { expect, test } from 'vitest';
import { surfacePoints } from '../shape/evaluate.ts';
import { rejectTeeth } from './lips.ts';
import { roundHead } from './round-head.ts';
import { mapTexels, texelsFromVertices } from './texels.ts';

const model = roundHead(64);
const skin = model.parts[0];
const map = mapTexels(skin, 512);
const points = texelsFromVertices(map, skin.triangles, model.mean, 3);
const inner = surfacePoints(model.mean, skin.triangles, model.landmarks).subarray(3 * 62, 3 * 62 + 3);

/** Red lips everywhere, with a spot of another color at the inner line of the upper lip. */
function painted(spot: readonly number[]): { seen: Float32Array; atSpot: number[] } {
  const colors = new Float32Array(3 * map.count);
  const atSpot: number[] = [];
  for (let n = 0; n < map.count; n++) {
    const distance = Math.hypot(...[0, 1, 2].map((axis) => points[3 * n + axis] - inner[axis]));
    if (distance < 2) atSpot.push(n);
    colors.set((distance < 2 ? spot : [0.5, 0.2, 0.2]).map(Math.log), 3 * n);
  }
  const seen = new Float32Array(map.count).fill(1);
  rejectTeeth(model, map, colors, seen);
  return { seen, atSpot };
}

test.each([
  ['teeth', [0.8, 0.75, 0.65]],
  ['the dark of the mouth', [0.04, 0.015, 0.015]],
])('rejectTeeth: %s on the lip are left out, the lips stay', (_name, spot) => {
  const { seen, atSpot } = painted(spot);
  expect(atSpot.length).toBeGreaterThan(3);
  for (const n of atSpot) expect(seen[n]).toBeLessThan(0.3);
  expect(seen.filter((share) => share < 1).length).toBeLessThanOrEqual(atSpot.length);
});

test('rejectTeeth: a lighter red and far places are none of its business', () => {
  const { seen } = painted([0.7, 0.3, 0.3]);
  expect(seen.every((share) => share > 0.99)).toBe(true);
});
