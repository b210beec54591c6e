import { expect, test } from 'vitest';
import { randomStream } from '../../random/index.ts';
import { affineFollower, fitSphere, modelEyeball } from './eyeball.ts';

const random = randomStream(6, 'eyes');

test('a sphere is found from points on it', () => {
  const points = Array.from({ length: 20 }, () => {
    const d = [random.normal(), random.normal(), random.normal()];
    const length = Math.hypot(...d);
    return d.map((x, axis) => 3 + axis + (12 * x) / length);
  }).flat();
  const { center, radius } = fitSphere(points);
  expect(radius).toBeCloseTo(12, 6);
  expect(center[2]).toBeCloseTo(5, 6);
});

test('the eyeball is a sphere with a cornea in front, outside out, pupil in the middle of its texture', () => {
  const { vertices, triangles, uv } = modelEyeball([10, 20, 30], 12);
  const radii = Array.from({ length: vertices.length / 3 }, (_, v) =>
    Math.hypot(vertices[3 * v] - 10, vertices[3 * v + 1] - 20, vertices[3 * v + 2] - 30),
  );
  expect(radii[0]).toBeCloseTo(12 * 1.06, 6);
  expect(Math.min(...radii)).toBeCloseTo(12, 6);
  expect([...uv.subarray(0, 2)]).toEqual([0.5, 0.5]);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((k) => {
      const v = 3 * triangles[t + k];
      return [vertices[v] - 10, vertices[v + 1] - 20, vertices[v + 2] - 30];
    });
    const volume =
      a[0] * (b[1] * c[2] - b[2] * c[1]) -
      a[1] * (b[0] * c[2] - b[2] * c[0]) +
      a[2] * (b[0] * c[1] - b[1] * c[0]);
    expect(volume).toBeGreaterThan(0);
  }
});

test('a follower repeats affine fields and is linear', () => {
  const samples = Float64Array.from({ length: 60 }, () => random.normal());
  const points = Float64Array.of(1, 2, 3, -4, 0, 5);
  const field = (p: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: p.length }, (_, i) => 0.5 * p[i - (i % 3)] - 2 * p[i] + (i % 3));
  const follow = affineFollower(samples, points);
  follow(field(samples)).forEach((value, i) => {
    expect(value).toBeCloseTo(field(points)[i], 8);
  });
  const twice = follow(field(samples).map((x) => 2 * x));
  follow(field(samples)).forEach((value, i) => {
    expect(twice[i]).toBeCloseTo(2 * value, 8);
  });
});
