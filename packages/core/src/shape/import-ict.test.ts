import { expect, test } from 'vitest';
import { writeSafetensors } from '../linalg/safetensors.ts';
import { evaluateNamed, surfacePoints } from './evaluate.ts';
import { importIct } from './import-ict.ts';

const VERTICES = 26719;
const PARTS: [number, number][] = [
  [0, 11144],
  [11144, 13226],
  [13226, 13630],
  [13630, 14034],
  [14034, 17006],
  [17006, 21496],
  [21496, 23094],
  [23094, 24692],
];
const SIDES = ['browInnerUp', 'cheekPuff', 'cheekRaiser', 'mouthSmile', 'eyeBlink'];
const NAMES = [
  ...SIDES.flatMap((name) => [`${name}_L`, `${name}_R`]),
  'jawOpen',
  ...Array.from({ length: 26 }, (_, i) => `more${i}`),
];

/** A file of the real one's layout: vertex v at (v, 0, 0) cm, every polygon a strip of neighbours, one mode, one step per shape. */
function fakeFile(vertices = VERTICES): Uint8Array {
  const polygons = new Int32Array(26384 * 4).fill(-1);
  for (const [start, end] of PARTS) {
    for (let p = start; p < end; p++) {
      const v = start === 0 ? p : p + 100;
      polygons.set(p % 2 === 0 ? [v, v + 1, v + 2, v + 3] : [v, v + 1, v + 2, -1], 4 * p);
    }
  }
  const expression = new Int16Array(NAMES.length * vertices * 3);
  NAMES.forEach((_, e) => {
    expression.fill(e + 1, e * vertices * 3, e * vertices * 3 + 3 * 20);
  });
  return writeSafetensors({
    metadata: {
      expression_names: NAMES.join(),
      materials: 'M_Face,M_BackHead',
      landmarks68: Array.from({ length: 68 }, (_, i) => 5 * i).join(),
    },
    tensors: {
      neutral: {
        type: 'F32',
        shape: [vertices, 3],
        data: new Float32Array(vertices * 3).map((_, i) => (i % 3 ? 0 : i / 3)),
      },
      identity: { type: 'I16', shape: [1, vertices, 3], data: new Int16Array(vertices * 3).fill(100) },
      expression: { type: 'I16', shape: [NAMES.length, vertices, 3], data: expression },
      polygons: { type: 'I32', shape: [26384, 4], data: polygons },
      polygon_uv: { type: 'I32', shape: [26384, 4], data: polygons.map((v) => Math.min(v, 10)) },
      polygon_material: {
        type: 'I32',
        shape: [26384],
        data: new Int32Array(26384).map((_, p) => (p < 9230 ? 0 : 1)),
      },
      uv: { type: 'F32', shape: [11, 2], data: new Float32Array(22).fill(0.25) },
    },
  });
}

const model = importIct(fakeFile());

test('centimetres and 0.001 cm steps become millimetres', () => {
  expect(model.mean[3 * 7]).toBe(70);
  expect(model.identity.data[5]).toBeCloseTo(1, 6);
  const moved = evaluateNamed(model, [], { jawOpen: 1 });
  expect(moved[1]).toBeCloseTo(0.01 * (NAMES.indexOf('jawOpen') + 1), 6);
});

test('sides of ARKit names are spelt out or summed, names outside of ARKit go', () => {
  expect(model.shapeNames).toContain('mouthSmileLeft');
  expect(model.shapeNames.filter((name) => /browInnerUp|cheekPuff|cheekRaiser/.test(name))).toEqual([
    'browInnerUp',
    'cheekPuff',
  ]);
  const both = evaluateNamed(model, [], { cheekPuff: 1 });
  expect(both[1]).toBeCloseTo(0.01 * (3 + 4), 6);
});

test('every part owns a contiguous range of vertices and its triangles stay inside', () => {
  let next = 0;
  for (const part of model.parts) {
    expect(part.vertexStart).toBe(next);
    next += part.vertexCount;
    expect(part.triangles.every((vertex) => vertex >= part.vertexStart && vertex < next)).toBe(true);
    expect(part.uvTriangles.length).toBe(part.triangles.length);
    expect(Math.max(...part.uv)).toBeLessThanOrEqual(1);
  }
  expect(next).toBe(model.vertexCount);
});

test('landmarks sit on their vertices', () => {
  const points = surfacePoints(model.mean, model.parts[0].triangles, model.landmarks);
  expect(points[3 * 3]).toBe(150);
});

test('another model is refused', () => {
  expect(() => importIct(fakeFile(100))).toThrow(/26719 vertices, got 100/);
});
