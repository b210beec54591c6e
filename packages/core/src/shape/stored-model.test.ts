import { expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../linalg/safetensors.ts';
import { randomStream } from '../random/index.ts';
import type { ShapeModel } from './model.ts';
import { loadShapeModel, readShapeModel, writeShapeModel } from './stored-model.ts';
import { topologyDigest } from './topology-digest.ts';

const MIRROR = Uint32Array.of(1, 0, 2, 3);
const random = randomStream(1, 'stored model');

/** A field in 0.01 mm steps that its mirror image repeats (1) or negates (-1). */
function field(parity: 1 | -1): number[] {
  const values = new Array<number>(12).fill(0);
  for (const v of [0, 2, 3]) {
    for (let axis = 0; axis < 3; axis++) {
      const sign = axis === 0 ? -parity : parity;
      // The midline can only hold what both sides agree on.
      const value = MIRROR[v] === v && sign < 0 ? 0 : Math.fround(Math.round(500 * random.normal()) * 0.01);
      values[3 * v + axis] = value;
      values[3 * MIRROR[v] + axis] = MIRROR[v] === v ? value : sign * value;
    }
  }
  return values;
}

function mirrored(values: readonly number[]): number[] {
  return values.map((_, i) => (i % 3 === 0 ? -1 : 1) * values[3 * MIRROR[(i / 3) | 0] + (i % 3)]);
}

function model(): ShapeModel {
  const left = field(1).map((x, i) => (i < 3 ? x + 1 : x));
  const skin = {
    name: 'skin',
    vertexStart: 0,
    vertexCount: 4,
    triangles: Uint32Array.of(0, 1, 2, 2, 1, 3),
    uv: Float32Array.of(0, 1, 1, 1, 0, 0, 1, 0).map((x) => Math.fround(Math.round(x * 65535) / 65535)),
    uvTriangles: Uint32Array.of(0, 1, 2, 2, 1, 3),
  };
  const shapes = Float32Array.from([...left, ...mirrored(left), ...field(1)]);
  return {
    name: 'test',
    topologyDigest: topologyDigest(skin),
    vertexCount: 4,
    mean: Float32Array.from(field(1)),
    identity: { count: 2, data: Float32Array.from([...field(1), ...field(-1)]) },
    expression: { count: 1, data: shapes.slice(0, 12) },
    shapeNames: ['eyeBlinkLeft', 'eyeBlinkRight', 'jawOpen'],
    shapes: { count: 3, data: shapes },
    expressionMixture: Float32Array.of(1, 0, 0),
    parts: [skin],
    landmarks: { triangles: Uint32Array.of(1), barycentrics: Float32Array.of(1, 0, 0) },
    regions: { face: Uint8Array.of(0, 255, 7, 128), nose: Uint8Array.of(1, 2, 3, 4) },
  };
}

const original = model();
const bytes = writeShapeModel(original, MIRROR, Int8Array.of(1, -1), { licence: 'none' });

test('everything comes back, in steps of 0.01 mm', () => {
  const back = loadShapeModel(bytes);
  for (const key of ['mean', 'identity', 'shapes', 'expression'] as const) {
    const [a, b] = [original[key], back[key]].map((x) => (x instanceof Float32Array ? x : x.data));
    expect(Math.max(...a.map((value, i) => Math.abs(value - b[i])))).toBeLessThanOrEqual(0.0101);
  }
  expect(back.parts).toEqual(original.parts);
  expect(back.landmarks).toEqual(original.landmarks);
  expect(back.regions).toEqual(original.regions);
  expect(back.shapeNames).toEqual(original.shapeNames);
  expect(back.topologyDigest).toBe(original.topologyDigest);
});

test('right shapes are mirror images of left ones', () => {
  const { shapes } = loadShapeModel(bytes);
  const rows = [0, 1].map((k) => [...shapes.data.subarray(12 * k, 12 * k + 12)]);
  mirrored(rows[0]).forEach((value, i) => {
    expect(rows[1][i]).toBeCloseTo(value, 5);
  });
});

test('the same model gives the same bytes', () => {
  expect(writeShapeModel(original, MIRROR, Int8Array.of(1, -1), { licence: 'none' })).toEqual(bytes);
});

test('a damaged file is refused, wherever the damage is', () => {
  for (const at of [bytes.length - 3, bytes.length - 60, bytes.length - 200]) {
    const damaged = bytes.slice();
    damaged[at] ^= 16;
    expect(() => loadShapeModel(damaged)).toThrow(/checksum|Fetch the file again/);
  }
  expect(() => loadShapeModel(bytes.subarray(0, bytes.length - 10))).toThrow(/inside the file/);
});

test('a topology that is not what the digest says is refused', () => {
  const file = readSafetensors(bytes);
  const header = file.metadata['header'].replace(original.topologyDigest, '0'.repeat(64));
  const forged = writeSafetensors({ ...file, metadata: { ...file.metadata, header } });
  expect(() => loadShapeModel(forged)).toThrow(/topology must have the digest 0000/);
});

test('other kinds of files are refused with their name', () => {
  const file = readSafetensors(bytes);
  const other = writeSafetensors({ ...file, metadata: { format: 'ganfit-texture-1' } });
  expect(() => readShapeModel(other)).toThrow(/must be of format ganfit-shape-1, got ganfit-texture-1/);
});
