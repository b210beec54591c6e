import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boundaryLoops, forEachEdge } from '../mesh/topology.ts';
import { evaluateNamed, evaluateShape, surfacePoints } from './evaluate.ts';
import { loadShapeModel } from './stored-model.ts';

// The model that comes along is frozen: what is true of it once stays true.
const FILE = join(import.meta.dirname, '../../../models/shape.safetensors');
const bytes = readFileSync(FILE);
const model = loadShapeModel(bytes);
const skin = model.parts[0];
const length = 3 * model.vertexCount;

function landmarks(vertices: Float32Array): number[][] {
  const flat = surfacePoints(vertices, skin.triangles, model.landmarks);
  return Array.from({ length: 68 }, (_, i) => [...flat.subarray(3 * i, 3 * i + 3)]);
}

test('the file is small and its parts are what the record promises', () => {
  expect(bytes.length).toBeLessThan(8e6);
  expect([model.identity.count, model.expression.count, model.shapes.count]).toEqual([158, 29, 51]);
  expect(skin.vertexCount).toBeGreaterThan(15000);
  expect(skin.vertexCount).toBeLessThan(20000);
  expect(model.parts.map((part) => part.name)).toEqual([
    'skin',
    'mouth',
    'eyeLeft',
    'eyeRight',
    'teeth',
    'gums',
    'tongue',
  ]);
  for (const part of model.parts) {
    const inside = part.triangles.every(
      (v) => v >= part.vertexStart && v < part.vertexStart + part.vertexCount,
    );
    expect(inside, part.name).toBe(true);
    expect(part.uv.every((x) => x >= 0 && x <= 1)).toBe(true);
  }
});

test('the card names this very topology', () => {
  const card = readFileSync(join(import.meta.dirname, '../../../models/shape-card.md'), 'utf8');
  expect(card).toContain(model.topologyDigest);
});

test('the skin is one surface, open at neck and mouth only', () => {
  expect(
    boundaryLoops({ corners: 3, indices: skin.triangles })
      .map((loop) => loop.length)
      .sort(),
  ).toEqual([76, 96]);
  const sides = new Map<string, number>();
  forEachEdge({ corners: 3, indices: skin.triangles }, (a, b) => {
    const key = a < b ? `${a} ${b}` : `${b} ${a}`;
    sides.set(key, (sides.get(key) ?? 0) + 1);
  });
  expect(Math.max(...sides.values())).toBe(2);
});

/** Twice the signed area of a UV triangle with v pointing up. */
function uvArea(t: number): number {
  const [a, b, c] = [0, 1, 2].map((k) => 2 * skin.uvTriangles[3 * t + k]);
  const { uv } = skin;
  return -((uv[b] - uv[a]) * (uv[c + 1] - uv[a + 1]) - (uv[c] - uv[a]) * (uv[b + 1] - uv[a + 1]));
}

function area(t: number): number {
  const [a, b, c] = [0, 1, 2].map((k) => 3 * skin.triangles[3 * t + k]);
  const m = model.mean;
  const u = [0, 1, 2].map((axis) => m[b + axis] - m[a + axis]);
  const w = [0, 1, 2].map((axis) => m[c + axis] - m[a + axis]);
  return Math.hypot(u[1] * w[2] - u[2] * w[1], u[2] * w[0] - u[0] * w[2], u[0] * w[1] - u[1] * w[0]);
}

test('no UV triangle is flipped, and none overlaps: the areas add up to what is painted', () => {
  const size = 512;
  const painted = new Uint8Array(size * size);
  let sum = 0;
  let twice = 0;
  for (let t = 0; t * 3 < skin.uvTriangles.length; t++) {
    expect(uvArea(t)).toBeGreaterThan(0);
    sum += uvArea(t) / 2;
    const corners = [0, 1, 2].map((k) => {
      const at = 2 * skin.uvTriangles[3 * t + k];
      return [skin.uv[at] * size, skin.uv[at + 1] * size];
    });
    const side = (p: number[], q: number[], x: number, y: number): number =>
      (q[0] - p[0]) * (y - p[1]) - (q[1] - p[1]) * (x - p[0]);
    const [x0, y0] = [0, 1].map((axis) => Math.floor(Math.min(...corners.map((c) => c[axis]))));
    const [x1, y1] = [0, 1].map((axis) => Math.ceil(Math.max(...corners.map((c) => c[axis]))));
    for (let y = y0; y < y1; y++) {
      for (let x = x0; x < x1; x++) {
        const inside = corners.every((c, i) => side(c, corners[(i + 1) % 3], x + 0.5, y + 0.5) < 0);
        if (inside && painted[y * size + x]++ > 0) twice++;
      }
    }
  }
  expect(twice).toBe(0);
  // Everything but a margin and the mouth's slit.
  expect(sum).toBeGreaterThan(0.97);
  expect(sum).toBeLessThan(1);
});

test('the face gets 2.5 pixels per millimetre of a 1024 atlas', () => {
  const densities: number[] = [];
  for (let t = 0; t * 3 < skin.triangles.length; t++) {
    const inFace = [0, 1, 2].every((k) => model.regions['narrowFace'][skin.triangles[3 * t + k]] > 0);
    if (inFace) densities.push(1024 * Math.sqrt(uvArea(t) / area(t)));
  }
  densities.sort((a, b) => a - b);
  expect(densities[Math.floor(0.01 * densities.length)]).toBeGreaterThan(2.5);
  expect(densities[densities.length >> 1]).toBeGreaterThan(3.2);
});

test('the 68 landmarks stand in order, left mirrors right', () => {
  const points = landmarks(model.mean);
  const pairs = [
    [0, 16],
    [8, 8],
    [17, 26],
    [36, 45],
    [39, 42],
    [48, 54],
    [31, 35],
    [30, 30],
  ];
  for (const [right, left] of pairs) {
    expect(points[right][0]).toBeCloseTo(-points[left][0], 0);
    expect(points[right][1]).toBeCloseTo(points[left][1], 0);
  }
  const height = (i: number): number => points[i][1];
  expect([height(19), height(37), height(30), height(51), height(57), height(8)]).toEqual(
    [height(19), height(37), height(30), height(51), height(57), height(8)].sort((a, b) => b - a),
  );
  expect(points[45][0] - points[36][0]).toBeCloseTo(89.2, 0);
});

test('every mode repeats or negates itself under the mirror', () => {
  const nearest = (x: number, y: number, z: number): number => {
    let [best, at] = [1, -1];
    for (let v = 0; v < skin.vertexCount; v++) {
      const m = model.mean;
      const d = (m[3 * v] - x) ** 2 + (m[3 * v + 1] - y) ** 2 + (m[3 * v + 2] - z) ** 2;
      if (d < best) [best, at] = [d, v];
    }
    return at;
  };
  for (const v of [11, 432, 2001, 4500, 9000]) {
    const [x, y, z] = model.mean.subarray(3 * v, 3 * v + 3);
    const other = nearest(-x, y, z);
    for (let k = 0; k < 158; k++) {
      const at = (vertex: number, axis: number): number =>
        model.identity.data[k * length + 3 * vertex + axis];
      const even = Math.abs(at(v, 1) - at(other, 1)) + Math.abs(at(v, 0) + at(other, 0));
      const odd = Math.abs(at(v, 1) + at(other, 1)) + Math.abs(at(v, 0) - at(other, 0));
      expect(Math.min(even, odd)).toBeLessThan(0.03);
    }
  }
});

test('a blink closes the lids: upper and lower landmarks meet', () => {
  const open = landmarks(model.mean);
  const closed = landmarks(evaluateNamed(model, [], { eyeBlinkLeft: 1, eyeBlinkRight: 1 }));
  for (const [upper, lower] of [
    [37, 41],
    [38, 40],
    [43, 47],
    [44, 46],
  ]) {
    expect(open[upper][1] - open[lower][1]).toBeGreaterThan(5);
    expect(closed[upper][1] - closed[lower][1]).toBeLessThan(1);
  }
});

test('an open jaw opens the mouth and leaves the upper teeth where they are', () => {
  const jaw = evaluateNamed(model, [], { jawOpen: 1 });
  const points = landmarks(jaw);
  expect(points[62][1] - points[66][1]).toBeGreaterThan(20);
  const teeth = model.parts.find((part) => part.name === 'teeth')!;
  const moves = Array.from({ length: teeth.vertexCount }, (_, i) => {
    const v = 3 * (teeth.vertexStart + i) + 1;
    return model.mean[v] - jaw[v];
  });
  expect(moves.filter((move) => Math.abs(move) < 0.1).length).toBeGreaterThan(1500);
  expect(moves.filter((move) => move > 10).length).toBeGreaterThan(1500);
});

test('expression coefficients are mixtures of the named shapes', () => {
  const coefficients = Array.from({ length: 29 }, (_, k) => Math.sin(k + 1));
  const weights: Record<string, number> = {};
  model.shapeNames.forEach((name, j) => {
    weights[name] = coefficients.reduce((sum, c, k) => sum + c * model.expressionMixture[51 * k + j], 0);
  });
  const [a, b] = [evaluateShape(model, [], coefficients), evaluateNamed(model, [], weights)];
  expect(Math.max(...a.map((value, i) => Math.abs(value - b[i])))).toBeLessThan(1e-3);
});
