import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { rasterize } from '../mesh/rasterize.ts';
import { createRuntime } from '../runtime/index.ts';
import {
  add,
  constant,
  gradients,
  input,
  matmul,
  mean,
  mul,
  reshape,
  slice,
  square,
  sub,
} from '../tensor/index.ts';
import { inputSilhouettes, silhouetteFeeds } from './antialias.ts';
import { type Camera, projectVertices } from './camera.ts';
import { constantLight } from './shade.ts';
import { findSilhouettes, silhouetteCapacity, triangleNeighbors } from './silhouette.ts';
import { syntheticBall } from './synthetic-head.ts';
import { cameraVector, traceCamera, windowVector } from './trace-camera.ts';
import { traceRender } from './trace-render.ts';
import { wholeViewport } from './viewport.ts';

const runtime = createRuntime(ort, { executionProviders: ['cpu'], threads: 2 });
const SIZE = 64;
const CAPACITY = silhouetteCapacity(SIZE, SIZE);
const camera: Camera = {
  position: [0, 0, 600],
  target: [0, 0, 0],
  roll: 0,
  focal: 150,
  width: SIZE,
  height: SIZE,
};
const ball = syntheticBall(24, 60);
const neighbors = triangleNeighbors(ball.triangles);

/** The ball at (x, y) millimetres from the middle, `s` times as large. */
function moved(x: number, y: number, s: number): Float32Array {
  const shift = [x, y, 0];
  return ball.vertices.map((value, i) => value * s + shift[i % 3]);
}

function visibilityOf(vertices: Float32Array) {
  const projected = projectVertices(camera, vertices);
  const raster = rasterize(projected, ball.triangles, SIZE, SIZE);
  return { raster, pairs: findSilhouettes(raster, projected, ball.triangles, neighbors, CAPACITY) };
}

test('neighbours share an edge, and a closed surface has no border', () => {
  expect(neighbors).not.toContain(-1);
  for (let i = 0; i < neighbors.length; i++) {
    const own = ball.triangles.subarray(i - (i % 3), i - (i % 3) + 3);
    const other = ball.triangles.subarray(neighbors[i] * 3, neighbors[i] * 3 + 3);
    const common = [...own].filter((v) => other.includes(v));
    expect(common.length).toBe(2);
    expect(common).not.toContain(ball.triangles[i]);
  }
  expect([...triangleNeighbors(Uint32Array.of(0, 1, 2, 2, 1, 3))]).toEqual([1, -1, -1, -1, -1, 0]);
});

test('every pixel pair on the outline is found once, with the ball on its near side', () => {
  const { raster, pairs } = visibilityOf(moved(3.3, -7.1, 1));
  const found = new Set<string>();
  for (let i = 0; i < pairs.count; i++) {
    expect(raster.triangleIds[pairs.near[i]]).toBeGreaterThanOrEqual(0);
    expect(raster.triangleIds[pairs.far[i]]).toBe(-1);
    found.add(`${pairs.near[i]} ${pairs.far[i]}`);
  }
  expect(found.size).toBe(pairs.count);
  // Each outline pixel row is passed twice by a steep edge, each column twice by a flat one: a circle of radius r has
  // about 4 sqrt(2) r such places.
  const radius = (150 * 60) / Math.sqrt(600 ** 2 - 60 ** 2);
  expect(Math.abs(pairs.count / (4 * Math.SQRT2 * radius) - 1)).toBeLessThan(0.05);
});

test('a surface in front of another has a silhouette on it, what is hidden has none', () => {
  const small = moved(0, 0, 0.4).map((value, i) => (i % 3 === 2 ? value + 150 : value));
  const vertices = Float32Array.of(...ball.vertices, ...small);
  const offset = ball.vertices.length / 3;
  const triangles = Uint32Array.of(...ball.triangles, ...ball.triangles.map((v) => v + offset));
  const count = (z: number): number => {
    const placed = vertices.map((value, i) => (i >= offset * 3 && i % 3 === 2 ? value + z : value));
    const projected = projectVertices(camera, placed);
    const raster = rasterize(projected, triangles, SIZE, SIZE);
    const pairs = findSilhouettes(raster, projected, triangles, triangleNeighbors(triangles), CAPACITY);
    return pairs.start.slice(0, pairs.count).filter((v) => v >= offset).length;
  };
  expect(count(0)).toBeGreaterThan(40);
  expect(count(-400)).toBe(0);
});

test('with silhouettes a flat-lit ball finds a shifted, smaller target by descent; without, it feels nothing', async () => {
  const place = input('place', [3]); // Millimetres to the right, millimetres up, and the size.
  const shift = matmul(reshape(place, [1, 3]), constant([1, 0, 0, 0, 1, 0, 0, 0, 0], [3, 3])); // [1, 3]
  const size = slice(place, [2], [3]);
  const scene = {
    vertices: add(mul(constant(ball.vertices, [ball.vertices.length / 3, 3]), size), shift),
    triangles: ball.triangles,
    camera: traceCamera(
      constant(cameraVector(camera), [8]),
      constant(windowVector(camera, wholeViewport(camera)), [3]),
    ),
    // Ambient light alone: inside its outline the ball looks the same wherever it is.
    light: constantLight({ kind: 'phong', ambient: [1, 1, 1], color: [0, 0, 0], position: [0, 0, 900] }),
    albedo: { kind: 'uniform', color: constant([0.7, 0.7, 0.7], [3]) },
    width: SIZE,
    height: SIZE,
    triangleIds: input('ids', [SIZE * SIZE], 'int32'),
  } as const;
  const target = input('target', [1, SIZE, SIZE]);
  const smooth = traceRender({ ...scene, silhouettes: inputSilhouettes('pairs', CAPACITY) });
  const loss = mean(square(sub(smooth.coverage, target)));
  const blind = mean(square(sub(traceRender(scene).coverage, target)));
  const graph = await runtime.compile({
    coverage: smooth.coverage,
    loss,
    slope: gradients(loss, [place])[0],
    blind: gradients(blind, [place])[0],
  });
  const run = (at: readonly number[], wanted: Float32Array) => {
    const { raster, pairs } = visibilityOf(moved(at[0], at[1], at[2]));
    const feeds = { ids: raster.triangleIds, ...silhouetteFeeds('pairs', pairs) };
    return graph.run({ place: Float32Array.from(at), target: wanted, ...feeds });
  };
  const goal = [14, -9, 0.85];
  const { coverage: wanted } = await run(goal, new Float32Array(SIZE * SIZE));

  const at = [0, 0, 1];
  const first = await run(at, wanted);
  expect([...first.blind].map(Math.abs)).toEqual([0, 0, 0]);
  // Descent moves right, down, and shrinks.
  expect([...first.slope].map(Math.sign)).toEqual([-1, 1, 1]);
  // The size moves the whole outline by up to 60 mm, so that it needs far smaller steps.
  const rates = [1000, 1000, 0.1];
  for (let step = 0; step < 30; step++) {
    const { slope } = await run(at, wanted);
    for (let k = 0; k < 3; k++) at[k] -= rates[k] * slope[k];
  }
  const last = await run(at, wanted);
  await graph.dispose();
  expect(last.loss[0]).toBeLessThan(first.loss[0] / 1e4);
  // A pixel is 4 mm.
  expect(Math.abs(at[0] - goal[0])).toBeLessThan(0.05);
  expect(Math.abs(at[1] - goal[1])).toBeLessThan(0.05);
  expect(Math.abs(at[2] - goal[2])).toBeLessThan(0.005);
});
