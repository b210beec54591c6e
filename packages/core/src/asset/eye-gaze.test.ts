import { expect, test } from 'vitest';
import { assembleHead } from './assemble.ts';
import { eyeGazeShapes } from './eye-gaze.ts';
import { sphereModel } from './sphere-model.ts';

const NAMES = ['Up', 'Down', 'In', 'Out'].flatMap((way) => [`eyeLook${way}Left`, `eyeLook${way}Right`]);
const head = assembleHead({ identity: new Float32Array(1), photos: [] }, sphereModel());
const [, left, right] = head.parts;

/** Displacement of the foremost vertex, where the pupil is. */
function pupil({ name: part, mesh: { vertices } }: typeof left, name: string): number[] {
  const rows = eyeGazeShapes(part, vertices, NAMES).get(name)!;
  let front = 0;
  for (let v = 0; v < vertices.length; v += 3) if (vertices[v + 2] > vertices[front + 2]) front = v;
  return [...rows.slice(front, front + 3)];
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

test('an eye keeps its size and its place', () => {
  const rows = eyeGazeShapes(left.name, left.mesh.vertices, NAMES).get('eyeLookInLeft')!;
  const { vertices } = left.mesh;
  for (let v = 0; v < vertices.length; v += 3) {
    const moved = [30, 30, 88].map((center, axis) => vertices[v + axis] + rows[v + axis] - center);
    expect(Math.hypot(...moved)).toBeCloseTo(12, 3);
  }
});

test('only names that the model has, and only for eyes that do not move by themselves', () => {
  const shapes = eyeGazeShapes('eyeLeft', left.mesh.vertices, ['eyeLookUpLeft', 'jawOpen']);
  expect([...shapes.keys()]).toEqual(['eyeLookUpLeft']);
  // This model moves its left eye upwards by 3 mm, so its own shape stays.
  expect(left.morphs[0].positions[1]).toBe(3);
});
