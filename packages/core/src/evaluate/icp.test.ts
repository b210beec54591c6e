import { expect, test } from 'vitest';
import { applySimilarity, type Similarity } from '../linalg/similarity.ts';
import { randomStream } from '../random/index.ts';
import { icp } from './icp.ts';
import type { Surface } from './surface-distance.ts';

/** An egg with a dent and a bump: no motion but the identity maps it onto itself. */
function lump(rows = 40): Surface {
  const columns = 2 * rows;
  const vertices: number[] = [];
  const triangles: number[] = [];
  for (let row = 0; row <= rows; row++) {
    for (let column = 0; column < columns; column++) {
      const latitude = Math.PI * ((row + 0.5) / (rows + 1));
      const longitude = (2 * Math.PI * column) / columns;
      const radius =
        80 + 12 * Math.sin(3 * longitude + 1) * Math.sin(latitude) ** 2 + 9 * Math.cos(2 * latitude);
      vertices.push(
        radius * Math.sin(latitude) * Math.sin(longitude),
        1.3 * radius * Math.cos(latitude),
        radius * Math.sin(latitude) * Math.cos(longitude),
      );
      if (row === rows) continue;
      const next = (column + 1) % columns;
      const [a, b, c, d] = [
        row * columns + column,
        row * columns + next,
        (row + 1) * columns + column,
        (row + 1) * columns + next,
      ];
      triangles.push(a, c, d, a, d, b);
    }
  }
  return { vertices: Float32Array.from(vertices), triangles: Uint32Array.from(triangles) };
}

function motion(angle: number, scale: number): Similarity {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return { scale, rotation: [c, 0, s, 0, 1, 0, -s, 0, c], translation: [3, -5, 4] };
}

const target = lump();

test('icp: a rigid motion is undone', () => {
  const points = applySimilarity(motion(0.12, 1), target.vertices);
  const { moved, residual, transform } = icp(points, target);
  expect(transform.scale).toBe(1);
  expect(residual).toBeLessThan(0.01);
  for (let i = 0; i < moved.length; i += 97)
    expect(Math.abs(moved[i] - target.vertices[i])).toBeLessThan(0.02);
});

test('icp: a scale is undone only when it is free', () => {
  const points = applySimilarity(motion(0.05, 1.06), target.vertices);
  const free = icp(points, target, { scale: true });
  expect(free.transform.scale).toBeCloseTo(1 / 1.06, 4);
  expect(free.residual).toBeLessThan(0.01);
  expect(icp(points, target).residual).toBeGreaterThan(1);
});

test('icp: points of weight zero do not pull', () => {
  const random = randomStream(5);
  const points = applySimilarity(motion(0.08, 1), target.vertices);
  const weights = new Float32Array(points.length / 3).fill(1);
  for (let i = 0; i < weights.length; i += 3) {
    weights[i] = 0;
    for (let axis = 0; axis < 3; axis++) points[3 * i + axis] += 30 * random.normal();
  }
  const { moved } = icp(points, target, { weights });
  for (let i = 1; i < weights.length; i += 30) {
    for (let axis = 0; axis < 3; axis++) {
      expect(Math.abs(moved[3 * i + axis] - target.vertices[3 * i + axis])).toBeLessThan(0.02);
    }
  }
});

test('icp: a surface that slides in itself does not blow up', () => {
  const plane: Surface = {
    vertices: Float32Array.of(-100, -100, 0, 100, -100, 0, 100, 100, 0, -100, 100, 0),
    triangles: Uint32Array.of(0, 1, 2, 0, 2, 3),
  };
  const points = Float64Array.from({ length: 300 }, (_, i) => (i % 3 === 2 ? 7 : ((i * 37) % 90) - 45));
  const { moved } = icp(points, plane);
  for (let i = 0; i < moved.length; i += 3) {
    expect(Math.abs(moved[i + 2])).toBeLessThan(1e-6);
    expect(Math.abs(moved[i] - points[i])).toBeLessThan(1e-3);
  }
});
