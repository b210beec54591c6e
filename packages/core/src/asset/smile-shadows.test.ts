import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { surfacePoints } from '../shape/evaluate.ts';
import { loadShapeModel } from '../shape/stored-model.ts';
import { mapTexels, texelsFromVertices } from '../texture/texels.ts';
import { LID_EDGE, lidLoops } from './lid-loops.ts';
import { paintLidRims } from './lid-rims.ts';
import { trustOnLids } from './open-lids.ts';
import { withoutSmileShadows } from './smile-shadows.ts';

const SIZE = 256;
const model = loadShapeModel(readFileSync(new URL('../../../models/shape.safetensors', import.meta.url)));
const [skin] = model.parts;
const map = mapTexels(skin, SIZE);
const places = texelsFromVertices(map, skin.triangles, model.mean.subarray(0, 3 * skin.vertexCount), 3);

/** Rows of texels within so many millimetres of a point. */
function near(point: ArrayLike<number>, reach: number): number[] {
  return Array.from({ length: map.count }, (_, n) => n).filter(
    (n) => Math.hypot(...[0, 1, 2].map((k) => places[3 * n + k] - point[k])) < reach,
  );
}

function landmark(i: number): Float32Array {
  return surfacePoints(model.mean, skin.triangles, model.landmarks).subarray(3 * i, 3 * i + 3);
}

test('a dark corner of the mouth loses its trust, lit skin and dark brows keep theirs', () => {
  const colors = new Float32Array(3 * map.count).fill(0.4);
  const [corner, brow] = [near(landmark(48), 2.5), near(landmark(19), 3)];
  for (const n of [...corner, ...brow]) colors.fill(0.15, 3 * n, 3 * n + 3);
  const fitted = new Float32Array(3 * SIZE * SIZE).fill(0.4);
  const trust = new Float32Array(map.count).fill(1);
  const weights = model.expressionMixture;
  // The mode that smiles most, turned so that it smiles.
  const column = model.shapeNames.indexOf('mouthSmileLeft');
  const modes = Array.from(
    { length: model.expression.count },
    (_, k) => weights[k * model.shapeNames.length + column],
  );
  const best = modes.reduce((a, b, k) => (Math.abs(b) > Math.abs(modes[a]) ? k : a), 0);
  const smiling = new Float32Array(model.expression.count);
  smiling[best] = 1 / modes[best];
  const out = withoutSmileShadows({ map, colors, trust }, model, smiling, fitted);
  const resting = withoutSmileShadows({ map, colors, trust }, model, [], fitted);
  const mean = (values: Float32Array, rows: readonly number[]): number =>
    rows.reduce((sum, n) => sum + values[n] / rows.length, 0);
  expect(mean(out, corner)).toBeLessThan(0.35);
  expect(mean(resting, corner)).toBeGreaterThan(mean(out, corner) - 1e-6);
  expect(mean(out, brow)).toBeCloseTo(1, 5);
  expect(mean(out, near(landmark(33), 3))).toBeCloseTo(1, 5);
});

test('lids are the model’s where a photo of open eyes folds them, cheeks the photo’s', () => {
  const trust = trustOnLids(model, SIZE)!;
  const ring = lidLoops(model)[0].loops[LID_EDGE];
  const top = model.mean.subarray(3 * ring[14], 3 * ring[14] + 3);
  const lid = near([top[0], top[1] + 4, top[2]], 3);
  expect(lid.length).toBeGreaterThan(5);
  for (const n of lid) expect(trust[n]).toBeLessThan(0.5);
  for (const n of near(landmark(19), 3)) expect(trust[n]).toBeGreaterThan(0.8);
  for (const n of near(landmark(33), 3)) expect(trust[n]).toBeCloseTo(1, 5);
});

test('the rim of the upper lid darkens, the wet edge below turns pink, nothing else changes', () => {
  const color = new Float32Array(3 * SIZE * SIZE).map((_, i) => [0.5, 0.4, 0.35][i % 3]);
  const before = Float32Array.from(color);
  paintLidRims(color, SIZE, model);
  const changed = Array.from({ length: SIZE * SIZE }, (_, n) => n).filter(
    (n) => Math.abs(color[3 * n] - before[3 * n]) + Math.abs(color[3 * n + 1] - before[3 * n + 1]) > 0.02,
  );
  expect(changed.length).toBeGreaterThan(10);
  expect(changed.length).toBeLessThan(0.02 * SIZE * SIZE);
  expect(Math.min(...changed.map((n) => color[3 * n]))).toBeLessThan(0.3);
  expect(Math.max(...changed.map((n) => color[3 * n] / color[3 * n + 1]))).toBeGreaterThan(1.4);
});
