import { expect, test } from 'vitest';
import { evenHead } from './even-head.ts';
import { roundHead } from './round-head.ts';
import { mapTexels, texelsFromVertices } from './texels.ts';

const SIZE = 256;
const round = roundHead(32);
// An ear of no shape on the right side.
const model = {
  ...round,
  regions: {
    ...round.regions,
    ears: Uint8Array.from({ length: round.vertexCount }, (_, v) =>
      round.mean[3 * v] > 90 && Math.abs(round.mean[3 * v + 1]) < 30 ? 255 : 0,
    ),
  },
};
const skin = model.parts[0];
const map = mapTexels(skin, SIZE);
const points = texelsFromVertices(map, skin.triangles, model.mean, 3);

function painted(paint: (x: number, y: number, z: number) => number): Float32Array {
  const color = new Float32Array(3 * SIZE * SIZE);
  for (let n = 0; n < map.count; n++) {
    const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
    color.set(
      [0.5, 0.35, 0.28].map((value) => value * paint(x, y, z)),
      3 * map.texels[n],
    );
  }
  return color;
}

function greens(color: Float32Array, where: (x: number, y: number, z: number) => boolean): number[] {
  const list: number[] = [];
  for (let n = 0; n < map.count; n++) {
    const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
    if (where(x, y, z)) list.push(color[3 * map.texels[n] + 1]);
  }
  return list;
}

test('a mottled scalp becomes even, the middle of the face stays', () => {
  const mottle = (x: number, y: number, z: number): number =>
    1 + 0.1 * Math.sin(x / 2) * Math.sin(y / 2) * Math.cos(z / 2);
  const color = painted(mottle);
  const before = color.slice();
  evenHead(color, SIZE, model);
  const range = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
  const scalp = (x: number, y: number, z: number): boolean => z < -20 && Math.abs(y) < 80 && x < 60;
  expect(range(greens(before, scalp))).toBeGreaterThan(0.05);
  expect(range(greens(color, scalp))).toBeLessThan(0.008);
  const middle = (x: number, y: number, z: number): boolean => z > 0 && Math.hypot(x, y) < 35;
  const [was, is] = [greens(before, middle), greens(color, middle)];
  was.forEach((value, i) => {
    expect(is[i]).toBeCloseTo(value, 3);
  });
});

test('a nostril is dark, the skin beside it stays', () => {
  const nostril = (x: number, y: number, z: number): boolean => z > 0 && Math.hypot(x, y + 40) < 12;
  const hidden = Uint8Array.from({ length: model.vertexCount }, (_, v) => {
    return nostril(model.mean[3 * v], model.mean[3 * v + 1], model.mean[3 * v + 2]) ? 255 : 0;
  });
  const [color, open] = [painted(() => 1), painted(() => 1)];
  evenHead(color, SIZE, { ...model, regions: { ...model.regions, hidden } });
  evenHead(open, SIZE, model);
  const deep = (x: number, y: number, z: number): boolean => z > 0 && Math.hypot(x, y + 40) < 4;
  expect(Math.max(...greens(color, deep))).toBeLessThan(0.6 * Math.min(...greens(open, deep)));
  const beside = (x: number, y: number, z: number): boolean => z > 0 && Math.hypot(x, y) < 20;
  const [is, was] = [greens(color, beside), greens(open, beside)];
  was.forEach((value, i) => {
    expect(is[i]).toBeCloseTo(value, 2);
  });
});

test('a scalp of another tone takes the face’s where they meet', () => {
  const color = painted((_x, _y, z) => (z > 0 ? 1 : 0.7));
  evenHead(color, SIZE, model);
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
  const inside = mean(greens(color, (_x, y, z) => z > 20 && z < 26 && y > 40 && y < 80));
  const outside = mean(greens(color, (_x, y, z) => z < -4 && z > -10 && y > 40 && y < 80));
  // It was 0.105.
  expect(inside - outside).toBeLessThan(0.05);
});

test('an ear is redder than the skin beside it', () => {
  const color = painted(() => 1);
  evenHead(color, SIZE, model);
  const ear = points.findIndex((_, i) => i % 3 === 0 && points[i] > 99 && Math.abs(points[i + 1]) < 5) / 3;
  const [red, green] = [0, 1].map((k) => color[3 * map.texels[ear] + k]);
  expect(red / green).toBeGreaterThan(1.02 * (0.5 / 0.35));
});
