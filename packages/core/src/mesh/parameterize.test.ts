import { expect, test } from 'vitest';
import { relaxFlattening, tutteEmbedding } from './parameterize.ts';
import { vertexNeighbors } from './topology.ts';

const N = 9;
const at = (row: number, column: number): number => row * N + column;
const triangles = Uint32Array.from(
  Array.from({ length: (N - 1) ** 2 }, (_, i) => {
    const [r, c] = [Math.floor(i / (N - 1)), i % (N - 1)];
    return [at(r, c), at(r, c + 1), at(r + 1, c + 1), at(r, c), at(r + 1, c + 1), at(r + 1, c)];
  }).flat(),
);
const onBorder = (v: number): boolean => [Math.floor(v / N), v % N].some((x) => x === 0 || x === N - 1);

function area(uv: Float64Array, t: number): number {
  const [a, b, c] = [0, 1, 2].map((k) => 2 * triangles[3 * t + k]);
  return (uv[b] - uv[a]) * (uv[c + 1] - uv[a + 1]) - (uv[c] - uv[a]) * (uv[b + 1] - uv[a + 1]);
}

/** A grid whose border is a unit square with uneven steps. */
function squareBorder(): Float64Array {
  const uv = new Float64Array(N * N * 2);
  const step = (k: number): number => (k / (N - 1)) ** 1.5;
  for (let v = 0; v < N * N; v++) uv.set([step(v % N), step(Math.floor(v / N))], 2 * v);
  return uv;
}

test('the embedding flips nothing and puts every inner vertex at the mean of its neighbours', () => {
  const neighbors = vertexNeighbors({ corners: 3, indices: triangles }, N * N);
  const uv = squareBorder();
  tutteEmbedding(neighbors, new Set([...neighbors.keys()].filter(onBorder)), uv);
  for (let t = 0; t * 3 < triangles.length; t++) expect(area(uv, t)).toBeGreaterThan(0);
  const v = at(3, 5);
  const mean = neighbors[v].reduce((sum, w) => sum + uv[2 * w], 0) / neighbors[v].length;
  expect(uv[2 * v]).toBeCloseTo(mean, 9);
});

test('relaxing towards equal right triangles gives the even grid, with the border sliding', () => {
  const count = triangles.length / 3;
  const size = 1 / (N - 1);
  // Both triangles of a cell as seen from their first corner: (x1, x2, y2).
  const rest = Float64Array.from({ length: count * 3 }, (_, i) => {
    const first = Math.floor(i / 3) % 2 === 0;
    return (first ? [size, size, size] : [size * Math.SQRT2, size / Math.SQRT2, size / Math.SQRT2])[i % 3];
  });
  const fixed = new Uint8Array(N * N * 2);
  for (let v = 0; v < N * N; v++) {
    if (v % N === 0 || v % N === N - 1) fixed[2 * v] = 1;
    if (v < N || v >= N * (N - 1)) fixed[2 * v + 1] = 1;
  }
  const problem = { vertexCount: N * N, triangles, rest, weights: new Float64Array(count).fill(1), fixed };
  const energies: number[] = [];
  const uv = relaxFlattening(problem, squareBorder(), 60, (energy) => energies.push(energy));
  for (let t = 0; t < count; t++) expect(area(uv, t)).toBeGreaterThan(0);
  expect(energies).toEqual([...energies].sort((a, b) => b - a));
  // The best possible energy is 4 per triangle.
  expect(energies[energies.length - 1] / count).toBeLessThan(4.01);
  expect(uv[2 * at(4, 4)]).toBeCloseTo(0.5, 1);
});
