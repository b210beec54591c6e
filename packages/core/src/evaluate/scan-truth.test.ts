import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Image } from '../image/image.ts';
import { turned } from '../linalg/rotation.ts';
import { applySimilarity } from '../linalg/similarity.ts';
import { evaluateShape, surfacePoints } from '../shape/evaluate.ts';
import { loadShapeModel } from '../shape/stored-model.ts';
import { albedoPsnr, albedoTruth } from './albedo-psnr.ts';
import { makeScan, type ScanLandmark } from './scan.ts';
import { innerFace, scanMask } from './scan-mask.ts';
import { type ScanTruth, scoreAgainstScan } from './scan-truth.ts';
import { readTruth, writeTruth } from './stored-truth.ts';

const model = loadShapeModel(readFileSync(join(import.meta.dirname, '../../../models/shape.safetensors')));
const skin = model.parts[0];
const identity = Float32Array.from({ length: model.identity.count }, (_, k) => Math.sin(3 * k + 1));
const person = evaluateShape(model, identity);
const marks = surfacePoints(person, skin.triangles, model.landmarks);
const landmarks = [36, 45, 48, 54].map(
  (i): ScanLandmark => [i, [marks[3 * i], marks[3 * i + 1], marks[3 * i + 2]]],
);
// The texture tells where it is: red across, green down.
const size = 256;
const ramp: Image = {
  width: size,
  height: size,
  channels: 3,
  data: Uint8Array.from({ length: 3 * size * size }, (_, i) => {
    const texel = Math.floor(i / 3);
    return [80 + (texel % size) / 2, 60 + Math.floor(texel / size) / 2, 120][i % 3];
  }),
};
const scan = makeScan(
  'made',
  {
    vertices: person.slice(0, 3 * skin.vertexCount),
    triangles: skin.triangles,
    uv: skin.uv,
    uvTriangles: skin.uvTriangles,
  },
  landmarks,
  ramp,
);
const fit = {
  identity,
  vertices: person,
  points: Float64Array.from(scan.points),
  normals: Float64Array.from(scan.normals),
};
const mask = scanMask(model, scan, fit);
const truth: ScanTruth = {
  scan,
  identity,
  points: fit.points,
  mask: mask.map((m, i) => (i % 12 === 0 ? m : 0)),
};

test('scanMask: the seen inner face without eyes, nothing of the head behind it', () => {
  const inner = innerFace(model);
  const count = mask.reduce((sum, m) => sum + m, 0);
  expect(count).toBeGreaterThan(2500);
  mask.forEach((m, v) => {
    if (m) expect(inner[v]).toBe(1);
  });
  // The middle of each eye.
  for (const first of [36, 42]) {
    const [x, y] = [0, 1].map((axis) => (marks[3 * first + axis] + marks[3 * (first + 3) + axis]) / 2);
    const near = [...mask.keys()].filter(
      (v) => mask[v] && Math.hypot(person[3 * v] - x, person[3 * v + 1] - y) < 8,
    );
    expect(near).toEqual([]);
  }
});

test('scoreAgainstScan: nothing for the head itself, however it is turned, moved and sized; more for the mean face', () => {
  expect(scoreAgainstScan(model, truth, person).rms).toBeLessThan(0.01);
  const rotation = turned([1, 0, 0, 0, 1, 0, 0, 0, 1], [0.03, -0.04, 0.02]);
  const moved = applySimilarity({ scale: 1.05, rotation, translation: [3, -2, 4] }, person);
  expect(scoreAgainstScan(model, truth, Float32Array.from(moved)).rms).toBeLessThan(0.05);
  expect(scoreAgainstScan(model, truth, model.mean).rms).toBeGreaterThan(0.8);
});

test('scoreAgainstScan: a head that is too small is not nearer for it', () => {
  const small = model.mean.map((x) => 0.8 * x);
  const [full, shrunk] = [model.mean, small].map((vertices) => scoreAgainstScan(model, truth, vertices).rms);
  expect(shrunk / full).toBeGreaterThan(0.97);
  expect(shrunk / full).toBeLessThan(1.03);
});

test('a stored truth is the same truth', () => {
  const again = readTruth(writeTruth(truth), scan);
  expect([...again.identity]).toEqual([...identity]);
  expect([...again.mask]).toEqual([...truth.mask]);
  expect(scoreAgainstScan(model, again, model.mean).rms).toBeCloseTo(
    scoreAgainstScan(model, truth, model.mean).rms,
    3,
  );
});

test('albedoPsnr: high for the true texture in any light, low for a flat one', () => {
  const albedo = albedoTruth(model, truth)!;
  expect(albedo.texels.length).toBeGreaterThan(3000);
  expect(albedoPsnr(albedo, ramp)).toBeGreaterThan(38);
  const dim: Image = { ...ramp, data: ramp.data.map((value) => 0.8 * value) };
  expect(albedoPsnr(albedo, dim)).toBeGreaterThan(30);
  const flat: Image = { ...ramp, data: ramp.data.map(() => 120) };
  expect(albedoPsnr(albedo, flat)).toBeLessThan(25);
});
