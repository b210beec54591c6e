import { expect, test } from 'vitest';
import { multiplyRows } from '../linalg/sparse-rows.ts';
import { catmullClark } from './catmull-clark.ts';

/** A cube of side two about the origin. */
const CUBE = Float64Array.from({ length: 24 }, (_, i) => ((Math.floor(i / 3) >> (i % 3)) & 1 ? 1 : -1));
const FACES = Uint32Array.of(0, 2, 3, 1, 4, 5, 7, 6, 0, 1, 5, 4, 2, 6, 7, 3, 0, 4, 6, 2, 1, 3, 7, 5);

test('a cube becomes 26 vertices and 24 quads, its corners go where the rule says', () => {
  const { quads, stencil, origin } = catmullClark({ corners: 4, indices: FACES }, 8);
  const fine = multiplyRows(stencil, CUBE, 3);
  expect(fine.length / 3).toBe(26);
  expect(quads.indices.length / 4).toBe(24);
  expect([...origin.subarray(4, 8)]).toEqual([1, 1, 1, 1]);
  // (F + 2 R + (n - 3) P) / n with n = 3: face points 1/3 1/3 1/3, edge middles 2/3: 5/9 of the corner.
  for (let i = 0; i < 24; i++) expect(fine[i]).toBeCloseTo((5 / 9) * CUBE[i], 12);
});

test('rows sum to one, so that the rule commutes with translations', () => {
  const { stencil } = catmullClark({ corners: 4, indices: FACES }, 8);
  for (const sum of multiplyRows(stencil, new Float64Array(8).fill(1), 1)) expect(sum).toBeCloseTo(1, 12);
});

test('a border is a B-spline of its own', () => {
  const square = Float64Array.of(0, 0, 1, 0, 1, 1, 0, 1);
  const { stencil } = catmullClark({ corners: 4, indices: Uint32Array.of(0, 1, 2, 3) }, 4);
  const fine = multiplyRows(stencil, square, 2);
  expect([...fine.subarray(0, 2)]).toEqual([0.125, 0.125]);
  expect([...fine.subarray(8, 10)]).toEqual([0.5, 0]);
});
