import { expect, test } from 'vitest';
import { splitSeams } from './split-seams.ts';
import { tangents } from './tangents.ts';

const VERTICES = Float32Array.of(0, 0, 0, 2, 0, 0, 2, 2, 0, 0, 2, 0);
const NORMALS = Float32Array.of(0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1);
const TRIANGLES = Uint32Array.of(0, 1, 2, 0, 2, 3);

/** A square that faces +Z, with its UV. */
function square(uv: readonly number[]): Float32Array {
  const mesh = {
    vertices: VERTICES,
    triangles: TRIANGLES,
    uv: Float32Array.from(uv),
    uvTriangles: TRIANGLES,
  };
  return tangents(splitSeams(mesh), VERTICES, NORMALS);
}

test('a picture that hangs upright has its red to the right and its green upwards', () => {
  expect([...square([0, 1, 1, 1, 1, 0, 0, 0]).slice(0, 4)]).toEqual([1, 0, 0, 1]);
});

test('turned by a quarter, red follows', () => {
  expect([...square([1, 1, 1, 0, 0, 0, 0, 1]).slice(0, 4)]).toEqual([0, -1, 0, 1]);
});

test('a mirrored picture has the other sign', () => {
  expect([...square([1, 1, 0, 1, 0, 0, 1, 0]).slice(0, 4)]).toEqual([-1, 0, 0, -1]);
});

test('without any area in the atlas the tangent is still a unit vector across the normal', () => {
  const rows = square([0, 0, 0, 0, 0, 0, 0, 0]);
  expect(Math.hypot(rows[0], rows[1], rows[2])).toBeCloseTo(1, 6);
  expect(rows[2]).toBeCloseTo(0, 6);
});
