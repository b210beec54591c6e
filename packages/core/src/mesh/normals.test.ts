import { expect, test } from 'vitest';
import { vertexNormals } from './normals.ts';

test('a corner of a box weighs its sides by area', () => {
  // Two triangles at the origin: one in the XY plane with area 2, one in the YZ plane with area 1/2.
  const vertices = Float32Array.from([0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 1, 0, 0, 0, 1]);
  const normals = vertexNormals(vertices, Uint32Array.from([0, 1, 2, 0, 3, 4]));
  const length = Math.hypot(1, 4);
  expect([...normals.slice(0, 3)]).toEqual([Math.fround(1 / length), 0, Math.fround(4 / length)]);
  expect([...normals.slice(3, 6)]).toEqual([0, 0, 1]);
});

test('counter-clockwise seen from outside points outside; clockwise points inside', () => {
  const vertices = Float32Array.from([0, 0, 0, 1, 0, 0, 0, 1, 0]);
  expect([...vertexNormals(vertices, Uint32Array.from([0, 1, 2]))].slice(0, 3)).toEqual([0, 0, 1]);
  expect([...vertexNormals(vertices, Uint32Array.from([0, 2, 1]))].slice(0, 3)).toEqual([0, 0, -1]);
});

test('a vertex without triangles gets a unit normal all the same', () => {
  const normals = vertexNormals(Float32Array.from([5, 5, 5]), new Uint32Array(0));
  expect([...normals]).toEqual([0, 0, 1]);
});
