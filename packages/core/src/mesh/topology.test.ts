import { expect, test } from 'vitest';
import { boundaryLoops, edgeDistance, orderRing, triangulate, vertexNeighbors } from './topology.ts';

/** A 3 x 3 grid of vertices, four quads. */
const GRID = { corners: 4, indices: Uint32Array.of(0, 1, 4, 3, 1, 2, 5, 4, 3, 4, 7, 6, 4, 5, 8, 7) } as const;

test('neighbours follow sides, not diagonals', () => {
  expect(vertexNeighbors(GRID, 9)[4]).toEqual([1, 3, 5, 7]);
});

test('the border is one loop in the direction of the sides', () => {
  expect(boundaryLoops(GRID)).toEqual([[0, 1, 2, 5, 8, 7, 6, 3]]);
});

test('distances count edges and respect what is allowed', () => {
  const neighbors = vertexNeighbors(GRID, 9);
  expect([...edgeDistance(neighbors, [0])]).toEqual([0, 1, 2, 1, 2, 3, 2, 3, 4]);
  expect(edgeDistance(neighbors, [0], (v) => v !== 1 && v !== 3)[8]).toBe(-1);
});

test('a ring is ordered by its edges; what is no ring gives nothing', () => {
  const neighbors = vertexNeighbors(GRID, 9);
  expect(orderRing([0, 1, 2, 3, 5, 6, 7, 8], neighbors)).toEqual([0, 1, 2, 5, 8, 7, 6, 3]);
  expect(orderRing([0, 1, 2], neighbors)).toEqual([]);
});

test('quads split along their first diagonal', () => {
  expect([...triangulate({ corners: 4, indices: Uint32Array.of(5, 6, 7, 8) })]).toEqual([5, 6, 7, 5, 7, 8]);
});
