import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { rasterize } from '../mesh/rasterize.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { loadShapeModel } from '../shape/stored-model.ts';
import { assembleHead } from './assemble.ts';
import { fitEyeBall } from './eye-ball.ts';
import type { Head, HeadPart } from './head.ts';
import { chinPoint } from './joints.ts';
import { lidLoops } from './lid-loops.ts';

const FILE = new URL('../../../models/shape.safetensors', import.meta.url);
let model: ShapeModel;
/** Two people far from the mean, whose blinks leave slits and cut the eyeballs without correction. */
const people: { identity: Float32Array; head: Head }[] = [];

/** A seeded bell-shaped number. */
function bell(n: number): number {
  let sum = -6;
  for (let k = 0; k < 12; k++) sum += (((12 * n + k + 1) * 0x9e3779b1) >>> 0) / 2 ** 32;
  return sum;
}

beforeAll(() => {
  model = loadShapeModel(readFileSync(FILE));
  for (let person = 0; person < 2; person++) {
    const identity = Float32Array.from({ length: 60 }, (_, k) => bell(60 * person + k));
    people.push({ identity, head: assembleHead({ identity, photos: [] }, model) });
  }
});

function part(head: Head, name: string): HeadPart {
  return head.parts.find((candidate) => candidate.name === name)!;
}

function posed(of: HeadPart, weights: Readonly<Record<string, number>>): Float32Array {
  const out = Float32Array.from(of.mesh.vertices);
  for (const { name, positions } of of.morphs) {
    for (let i = 0; i < out.length; i++) out[i] += (weights[name] ?? 0) * positions[i];
  }
  return out;
}

/** Square millimetres of the eyeball that show from straight ahead. */
function eyeArea(skin: HeadPart, skinVertices: Float32Array, eye: HeadPart): number {
  const { center } = fitEyeBall(eye.mesh.vertices);
  const [fine, size] = [4, 160];
  const project = (points: Float32Array): number[] => {
    const out: number[] = [];
    for (let i = 0; i < points.length; i += 3) {
      const depth = 5000 - points[i + 2];
      out.push(((points[i] - center[0]) * fine + size / 2) * depth);
      out.push((size / 2 - (points[i + 1] - center[1]) * fine) * depth, depth);
    }
    return out;
  };
  const vertices = Float64Array.from([...project(eye.mesh.vertices), ...project(skinVertices)]);
  const first = eye.mesh.vertices.length / 3;
  const triangles = Uint32Array.from([...eye.mesh.triangles, ...skin.mesh.triangles.map((v) => v + first)]);
  const { triangleIds } = rasterize(vertices, triangles, size, size);
  const seen = triangleIds.filter((id) => id >= 0 && id < eye.mesh.triangles.length / 3).length;
  return seen / fine ** 2;
}

test('every ARKit name, viseme and extra shape is there', () => {
  const names = new Set(people[0].head.parts.flatMap(({ morphs }) => morphs.map(({ name }) => name)));
  expect(names.size).toBe(52 + 15 + 5);
  expect(
    [...model.shapeNames, 'tongueOut', 'viseme_sil', 'viseme_TH', 'eyesClosed'].every((n) => names.has(n)),
  ).toBe(true);
  expect(names.has('tongueUp')).toBe(false);
});

test('lids close over the eyes of anybody: what showed before is covered', () => {
  for (const { identity, head } of people) {
    const skin = part(head, 'skin');
    for (const side of ['Left', 'Right'] as const) {
      const eye = part(head, `eye${side}`);
      expect(eyeArea(skin, skin.mesh.vertices, eye)).toBeGreaterThan(100);
      expect(eyeArea(skin, posed(skin, { [`eyeBlink${side}`]: 1 }), eye)).toBeLessThan(0.5);
      expect(eyeArea(skin, posed(skin, { eyesClosed: 1 }), eye)).toBeLessThan(0.5);
      // The model's own shape leaves a part open: without the correction this test would fail.
      const k = model.shapeNames.indexOf(`eyeBlink${side}`) * 3 * model.vertexCount;
      const plain = evaluateShape(model, identity).slice(0, 3 * model.parts[0].vertexCount);
      for (let i = 0; i < plain.length; i++) plain[i] += model.shapes.data[k + i];
      expect(eyeArea(skin, plain, eye)).toBeGreaterThan(1);
    }
  }
});

test('an eye turns about the middle of its ball, which the cornea does not move', () => {
  const eye = part(people[0].head, 'eyeLeft');
  const { center, radius } = fitEyeBall(eye.mesh.vertices);
  const joint = people[0].head.joints.find(({ name }) => name === 'LeftEye')!;
  expect(Math.hypot(...center.map((value, axis) => value - joint.position[axis]))).toBeLessThan(1e-3);
  const distances: number[] = [];
  for (let i = 0; i < eye.mesh.vertices.length; i += 3) {
    const from = [0, 1, 2].map((axis) => eye.mesh.vertices[i + axis] - center[axis]);
    if (from[2] < 0) distances.push(Math.hypot(...from));
  }
  expect(Math.max(...distances) - Math.min(...distances)).toBeLessThan(0.6);
  expect(radius).toBeGreaterThan(10);
});

test('the tongue comes out over the lip and its root stays', () => {
  const { head } = people[0];
  const [tongue, skin] = [part(head, 'tongue'), part(head, 'skin')];
  const out = posed(tongue, { jawOpen: 0.6, tongueOut: 1 });
  const lip = posed(skin, { jawOpen: 0.6 });
  const rim = lidLoops(model)[0].loops[0][0];
  expect(rim).toBeGreaterThan(0);
  const [point] = [3 * model.parts[0].triangles[3 * model.landmarks.triangles[57]]];
  let [tip, root] = [0, 0];
  for (let i = 0; i < out.length; i += 3) {
    if (out[i + 2] > out[tip + 2]) tip = i;
    if (tongue.mesh.vertices[i + 2] < tongue.mesh.vertices[root + 2]) root = i;
  }
  expect(out[tip + 2] - lip[point + 2]).toBeGreaterThan(8);
  const still = posed(tongue, { jawOpen: 0.6 });
  for (let axis = 0; axis < 3; axis++) expect(out[root + axis]).toBeCloseTo(still[root + axis], 1);
});

test('lashes grow on the lids, point forward and go down with them', () => {
  for (const { head } of people) {
    const [lashes, skin] = [part(head, 'lashes'), part(head, 'skin')];
    const rims = lidLoops(model).flatMap(({ loops }) => [...loops[5], ...loops[6]]);
    const closed = posed(lashes, { eyesClosed: 1 });
    let [farthest, down] = [0, 0];
    for (let i = 0; i < lashes.mesh.vertices.length; i += 21) {
      const root = lashes.mesh.vertices.subarray(i, i + 3);
      const near = Math.min(
        ...rims.map((v) => Math.hypot(...[0, 1, 2].map((a) => skin.mesh.vertices[3 * v + a] - root[a]))),
      );
      farthest = Math.max(farthest, near);
      expect(lashes.mesh.vertices[i + 20]).toBeGreaterThan(root[2]);
      if (closed[i + 1] < root[1] - 4) down++;
    }
    expect(farthest).toBeLessThan(1.6);
    expect(down).toBeGreaterThan(60);
  }
});

test('the head is carried by its bone, the shoulders by the neck, and weights sum to one', () => {
  const { head } = people[0];
  const skin = part(head, 'skin');
  const { joints, weights } = skin.binding;
  const names = head.joints.map(({ name }) => name);
  expect(names).toEqual(['Neck', 'Head', 'LeftEye', 'RightEye']);
  let lowest = 0;
  const chin = chinPoint(model, skin.mesh.vertices)[1];
  for (let v = 0; v < weights.length / 4; v++) {
    const row = weights.subarray(4 * v, 4 * v + 4);
    expect(row[0] + row[1] + row[2] + row[3]).toBeCloseTo(1, 6);
    if (model.regions['narrowFace'][v] > 127 && skin.mesh.vertices[3 * v + 1] > chin + 2) {
      expect(names[joints[4 * v]]).toBe('Head');
      expect(row[0]).toBeGreaterThan(0.95);
    }
    if (skin.mesh.vertices[3 * v + 1] < skin.mesh.vertices[3 * lowest + 1]) lowest = v;
  }
  expect(names[joints[4 * lowest]]).toBe('Neck');
});
