import { expect, test } from 'vitest';
import { assembleHead } from './assemble.ts';
import { eyeGazeMorphs } from './eye-gaze.ts';
import { sphereModel } from './sphere-model.ts';

const NAMES = ['Up', 'Down', 'In', 'Out'].flatMap((way) => [`eyeLook${way}Left`, `eyeLook${way}Right`]);
const head = assembleHead({ identity: new Float32Array(1), photos: [] }, sphereModel());
const [, left, right] = head.parts;

/** Displacement of the foremost vertex, where the pupil is. */
function pupil(part: typeof left, name: string): number[] {
  const morph = eyeGazeMorphs(part, NAMES).find((candidate) => candidate.name === name)!;
  const { vertices } = part.mesh;
  let front = 0;
  for (let v = 0; v < vertices.length; v += 3) if (vertices[v + 2] > vertices[front + 2]) front = v;
  return [...morph.positions.slice(front, front + 3)];
}

test('the pupil goes where the name says, for the subject', () => {
  expect(pupil(left, 'eyeLookUpLeft')[1]).toBeGreaterThan(4);
  expect(pupil(left, 'eyeLookDownLeft')[1]).toBeLessThan(-4);
  // The nose is at -X of the left eye and at +X of the right one.
  expect(pupil(left, 'eyeLookInLeft')[0]).toBeLessThan(-4);
  expect(pupil(left, 'eyeLookOutLeft')[0]).toBeGreaterThan(4);
  expect(pupil(right, 'eyeLookInRight')[0]).toBeGreaterThan(4);
  expect(pupil(right, 'eyeLookOutRight')[0]).toBeLessThan(-4);
});

test('an eye keeps its size and its place, and its normals turn along', () => {
  const [, , morph] = eyeGazeMorphs(left, NAMES);
  const center = [30, 30, 88];
  const { vertices } = left.mesh;
  for (let v = 0; v < vertices.length; v += 3) {
    const moved = [0, 1, 2].map((axis) => vertices[v + axis] + morph.positions[v + axis] - center[axis]);
    expect(Math.hypot(...moved)).toBeCloseTo(12, 3);
    const normal = [0, 1, 2].map((axis) => left.normals[v + axis] + morph.normals[v + axis]);
    const along = moved.reduce((sum, value, axis) => sum + (value * normal[axis]) / 12, 0);
    expect(along).toBeGreaterThan(0.97);
  }
});

test('only names that the model has, and only for eyes that do not move by themselves', () => {
  expect(eyeGazeMorphs(left, ['eyeLookUpLeft', 'jawOpen']).map((morph) => morph.name)).toEqual([
    'eyeLookUpLeft',
  ]);
  // This model moves its left eye upwards by 3 mm, so its own shape stays.
  expect(left.morphs[0].positions[1]).toBe(3);
});
