import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import type { Image } from '../image/image.ts';
import { evaluateShape, surfacePoints } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { loadShapeModel } from '../shape/stored-model.ts';
import { mapTexels, texelsFromVertices } from '../texture/texels.ts';
import { fitEyeBall } from './eye-ball.ts';
import { lengthenCrowns } from './lengthen-crowns.ts';
import { lidLoops } from './lid-loops.ts';
import { shadeUnderLids } from './lid-shadow.ts';
import { shadeInnerLips } from './lip-shade.ts';

const FILE = new URL('../../../models/shape.safetensors', import.meta.url);
const SIZE = 256;
let model: ShapeModel;

beforeAll(() => {
  model = loadShapeModel(readFileSync(FILE));
});

test('lids shade the eyeball: most under the upper one, less at the lower one, least between', () => {
  const part = model.parts.find(({ name }) => name === 'eyeLeft')!;
  const lids = lidLoops(model).find(({ side }) => side === 'Left')!;
  const white: Image = {
    width: SIZE,
    height: SIZE,
    channels: 3,
    data: new Uint8Array(3 * SIZE * SIZE).fill(200),
  };
  const { data } = shadeUnderLids(white, part, model.mean, lids);
  const map = mapTexels(part, SIZE);
  const points = texelsFromVertices(map, part.triangles, model.mean, 3);
  const own = model.mean.slice(3 * part.vertexStart, 3 * (part.vertexStart + part.vertexCount));
  const { center } = fitEyeBall(own);
  const ring = lids.loops[4];
  const half = ring.length / 2;
  const [top, bottom] = [ring[half / 2], ring[half + half / 2]].map((v) => model.mean[3 * v + 1]);
  const at = (height: number): number => {
    let [nearest, value] = [Infinity, 0];
    for (let n = 0; n < map.count; n++) {
      if (points[3 * n + 2] < center[2]) continue;
      const distance = Math.hypot(points[3 * n] - center[0], points[3 * n + 1] - height);
      if (distance < nearest) [nearest, value] = [distance, data[3 * map.texels[n] + 1]];
    }
    return value;
  };
  const [under, middle, above] = [at(top - 0.3), at(0.4 * top + 0.6 * bottom), at(bottom + 0.3)];
  expect(under).toBeLessThan(0.75 * middle);
  expect(above).toBeLessThan(0.92 * middle);
  expect(under).toBeLessThan(above);
  expect(middle).toBeGreaterThan(160);
});

test('crowns grow upwards from edges that stay, and the lower jaw is left alone', () => {
  const before = evaluateShape(model, new Float32Array(0));
  const after = Float32Array.from(before);
  lengthenCrowns(model, before, [after]);
  const teeth = model.parts.find(({ name }) => name === 'teeth')!;
  const jaw = 3 * model.shapeNames.indexOf('jawOpen') * model.vertexCount;
  let most = 0;
  let edge = [Infinity, Infinity];
  for (let v = teeth.vertexStart; v < teeth.vertexStart + teeth.vertexCount; v++) {
    const by = after[3 * v + 1] - before[3 * v + 1];
    most = Math.max(most, by);
    if (Math.abs(model.shapes.data[jaw + 3 * v + 1]) > 0.1) expect(by).toBe(0);
    else if (before[3 * v + 1] < edge[0]) edge = [before[3 * v + 1], by];
  }
  expect(most).toBeGreaterThan(0.9);
  expect(most).toBeLessThan(2.7);
  expect(edge[1]).toBe(0);
  expect(after.slice(0, 3 * model.parts[0].vertexCount)).toEqual(
    before.slice(0, 3 * model.parts[0].vertexCount),
  );
});

test('only the inside of the lips darkens, and it reddens', () => {
  const color = new Float32Array(3 * SIZE * SIZE).fill(0.5);
  shadeInnerLips(color, SIZE, model);
  const changed = Array.from({ length: SIZE * SIZE }, (_, n) => n).filter((n) => color[3 * n] < 0.49);
  expect(changed.length).toBeGreaterThan(20);
  expect(changed.length).toBeLessThan(0.03 * SIZE * SIZE);
  const darkest = Math.min(...changed.map((n) => color[3 * n]));
  expect(darkest).toBeLessThan(0.25);
  for (const n of changed) expect(color[3 * n]).toBeGreaterThan(color[3 * n + 1]);
});

test('a dark corner of the mouth is lightened, the skin around it is not', () => {
  const [skin] = model.parts;
  const map = mapTexels(skin, SIZE);
  const places = texelsFromVertices(map, skin.triangles, model.mean.subarray(0, 3 * skin.vertexCount), 3);
  const corner = surfacePoints(model.mean, skin.triangles, model.landmarks).subarray(3 * 48, 3 * 49);
  const away = (n: number): number => Math.hypot(...[0, 1, 2].map((k) => places[3 * n + k] - corner[k]));
  const color = new Float32Array(3 * SIZE * SIZE).fill(0.5);
  const rows = Array.from({ length: map.count }, (_, n) => n);
  const dark = rows.filter((n) => away(n) < 3);
  for (const n of dark) color.fill(0.06, 3 * map.texels[n], 3 * map.texels[n] + 3);
  shadeInnerLips(color, SIZE, model);
  const brightest = Math.max(...dark.map((n) => color[3 * map.texels[n]]));
  expect(brightest).toBeGreaterThan(0.15);
  expect(brightest).toBeLessThan(0.3);
  for (const n of rows.filter((row) => away(row) > 9 && away(row) < 12 && places[3 * row] < corner[0] - 3)) {
    expect(color[3 * map.texels[n]]).toBeCloseTo(0.5, 5);
  }
});
