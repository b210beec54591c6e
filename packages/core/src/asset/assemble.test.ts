import { expect, test } from 'vitest';
import type { FitParameters } from '../fit/parameters.ts';
import { assembleHead } from './assemble.ts';
import { sphereModel } from './sphere-model.ts';

const model = sphereModel();
const parameters: FitParameters = {
  identity: Float32Array.from([2]),
  photos: [
    {
      expression: Float32Array.from([1]),
      camera: { position: [0, 0, 900], target: [0, 0, 0], roll: 0, focal: 900, width: 256, height: 256 },
      light: { kind: 'phong', ambient: [1, 1, 1], color: [0, 0, 0], position: [0, 0, 900] },
    },
  ],
};

test('the neutral identity is the base mesh, with part-local indices', () => {
  const head = assembleHead(parameters, model);
  expect(head.parts.map((part) => part.name)).toEqual(['skin', 'eyeLeft', 'eyeRight']);
  const [skin, eye] = head.parts;
  // Two standard deviations of the only mode make the sphere ten per cent bigger.
  expect(Math.hypot(...skin.mesh.vertices.slice(30, 33))).toBeCloseTo(110, 3);
  expect(Math.max(...eye.mesh.triangles)).toBe(eye.mesh.vertices.length / 3 - 1);
  expect(head.expression).toBe('neutral');
});

test('normals of a sphere point outside along its radius, across the seam too', () => {
  const [skin] = assembleHead(parameters, model).parts;
  for (let v = 0; v < skin.normals.length; v += 3) {
    let along = 0;
    for (let axis = 0; axis < 3; axis++)
      along += (skin.normals[v + axis] * skin.mesh.vertices[v + axis]) / 110;
    expect(along).toBeGreaterThan(0.985);
  }
});

test('a part keeps only the shapes that move it; displacements do not depend on identity', () => {
  const [skin, left, right] = assembleHead(parameters, model).parts;
  // The compound shapes that hold the jaw's come after it.
  const names = skin.morphs.map((morph) => morph.name);
  expect(names[0]).toBe('jawOpen');
  expect(names).toEqual(expect.arrayContaining(['viseme_aa', 'viseme_O', 'mouthOpen']));
  expect(names.filter((name) => /eye|Smile|sil/.test(name))).toEqual([]);
  expect(left.morphs.map((morph) => morph.name)).toEqual(['eyeLookUpLeft', 'eyesLookUp']);
  expect(right.morphs).toEqual([]);
  expect([...left.morphs[0].positions.slice(0, 3)]).toEqual([0, 3, 0]);
  // A shift turns no normal.
  expect(left.morphs[0].normals.every((value) => value === 0)).toBe(true);
  const chin = skin.mesh.vertices.length - 3;
  expect(skin.morphs[0].positions[chin + 1]).toBeCloseTo(-30, 4);
  expect(skin.morphs[0].positions.slice(0, 3).every((value) => value === 0)).toBe(true);
});

test('morph normals are those of the moved mesh', () => {
  const [skin] = assembleHead(parameters, model).parts;
  const [jaw] = skin.morphs;
  // Stretching the lower half makes its flanks steeper: normals there turn towards the horizon.
  const { vertices } = skin.mesh;
  let checked = 0;
  for (let v = 0; v < vertices.length; v += 3) {
    if (vertices[v + 1] > -30 || vertices[v + 1] < -90) continue;
    expect(skin.normals[v + 1] + jaw.normals[v + 1]).toBeGreaterThan(skin.normals[v + 1]);
    checked++;
  }
  expect(checked).toBeGreaterThan(20);
});

test("the photo's expression poses the base mesh when asked", () => {
  const chin = 3 * (model.parts[0].vertexCount - 1) + 1;
  const neutral = assembleHead(parameters, model).parts[0].mesh.vertices[chin];
  const posed = assembleHead(parameters, model, {}, { expression: 'photo' }).parts[0].mesh.vertices[chin];
  expect(neutral).toBeCloseTo(-110, 3);
  expect(posed).toBeCloseTo(-125, 3);
  expect(() => assembleHead(parameters, model, {}, { expression: 'photo', photo: 1 })).toThrow(
    'assembleHead: photo must be below 1, got 1. Choose one of the fitted photos.',
  );
});

test('a texture replaces the plain colour', () => {
  const texture = { width: 1, height: 1, channels: 3 as const, data: Uint8Array.from([1, 2, 3]) };
  const [skin, eye] = assembleHead(parameters, model, { skin: texture }).parts;
  expect(skin.material.texture).toBe(texture);
  expect(skin.material.color).toEqual([1, 1, 1]);
  expect(eye.material.texture).toBeUndefined();
});
