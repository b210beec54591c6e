import { expect, test } from 'vitest';
import { randomStream } from '../random/index.ts';
import { closestPoint, triangleTree } from './closest-point.ts';

const random = randomStream(3, 'closest point');
const vertices = Float64Array.from({ length: 300 }, () => random.normal());
const triangles = Uint32Array.from({ length: 600 }, () => random.index(100)).map((v, i, all) =>
  // Corners of one triangle differ.
  i % 3 === 0 ? v : v === all[i - (i % 3)] ? (v + i) % 100 : v,
);

/** Distance to a triangle by brute force over a fine grid of barycentrics: an upper bound that is close. */
function sampled(t: number, p: readonly number[]): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= 60; i++) {
    for (let j = 0; i + j <= 60; j++) {
      const weights = [1 - (i + j) / 60, i / 60, j / 60];
      const d = [0, 1, 2].map((axis) =>
        weights.reduce((sum, w, c) => sum + w * vertices[3 * triangles[3 * t + c] + axis], -p[axis]),
      );
      best = Math.min(best, Math.hypot(...d));
    }
  }
  return best;
}

test('finds what a search over all triangles finds', () => {
  const tree = triangleTree(vertices, triangles);
  for (let n = 0; n < 20; n++) {
    const p = [random.normal(), random.normal(), 2 * random.normal()];
    const found = closestPoint(tree, p[0], p[1], p[2])!;
    const brute = Math.min(...Array.from({ length: 200 }, (_, t) => sampled(t, p)));
    const distance = Math.sqrt(found.squaredDistance);
    expect(distance).toBeLessThanOrEqual(brute + 1e-9);
    expect(distance).toBeGreaterThan(brute - 0.06);
    expect(Math.hypot(...found.position.map((q, axis) => q - p[axis]))).toBeCloseTo(distance, 9);
    expect(found.barycentrics.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  }
});

test('looks no farther than it may, and only at accepted triangles', () => {
  const tree = triangleTree(vertices, triangles);
  expect(closestPoint(tree, 50, 0, 0, undefined, 10)).toBeUndefined();
  expect(closestPoint(tree, 0, 0, 0, (t) => t === 7)?.triangle).toBe(7);
});
