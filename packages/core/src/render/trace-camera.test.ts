import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { createRuntime } from '../runtime/index.ts';
import { constant, input } from '../tensor/index.ts';
import { type Camera, cameraPose, projectVertices } from './camera.ts';
import { pixelCenters } from './interpolate.ts';
import {
  cameraFromVector,
  cameraVector,
  rayPlanes,
  traceCamera,
  traceProjection,
  windowVector,
} from './trace-camera.ts';
import type { Viewport } from './viewport.ts';

const runtime = createRuntime(ort, { executionProviders: ['cpu'], threads: 2 });
const camera: Camera = {
  position: [210, -140, 505],
  target: [3, 9, -12],
  roll: -0.4,
  focal: 890,
  width: 640,
  height: 480,
};
const viewport: Viewport = { x: 250, y: 130, scale: 0.7, width: 100, height: 90 };
const points = Float32Array.of(0, 0, 0, 60, 20, 80, -70, 90, 10, 5, -100, 60);

test('the traced camera projects as the plain one, in any window of the photo', async () => {
  const traced = traceCamera(input('camera', [8]), input('window', [3]));
  const graph = await runtime.compile({
    rotation: traced.rotation,
    projected: traceProjection(input('points', [4, 3]), traced),
    rays: rayPlanes(pixelCenters(viewport.width, viewport.height), traced),
  });
  const { rotation, projected, rays } = await graph.run({
    camera: cameraVector(camera),
    window: windowVector(camera, viewport),
    points,
  });
  await graph.dispose();
  cameraPose(camera).rotation.forEach((value, i) => {
    expect(rotation[i]).toBeCloseTo(value, 5);
  });
  const plain = projectVertices(camera, points, viewport);
  plain.forEach((value, i) => {
    expect(Math.abs(projected[i] - value)).toBeLessThan(0.02);
  });
  // Any point on a pixel's ray lands on that pixel's centre again.
  const [column, row, depth] = [70, 20, 433];
  const pixel = row * viewport.width + column;
  const point = [0, 1, 2].map(
    (k) => camera.position[k] + depth * rays[k * viewport.width * viewport.height + pixel],
  );
  const [xw, yw, w] = projectVertices(camera, point, viewport);
  expect(xw / w).toBeCloseTo(column + 0.5, 2);
  expect(yw / w).toBeCloseTo(row + 0.5, 2);
  expect(w).toBeCloseTo(depth, 2);
});

test('a camera comes back from its numbers', () => {
  const again = cameraFromVector(cameraVector(camera), camera);
  expect(again.position).toEqual(camera.position);
  expect(again.target).toEqual(camera.target);
  expect(again.roll).toBeCloseTo(camera.roll, 6);
  expect(again).toMatchObject({ focal: 890, width: 640, height: 480 });
});

test('parameters of another length are refused', () => {
  const window = constant([1, 0, 0], [3]);
  expect(() => traceCamera(input('camera', [7]), window)).toThrow(
    'traceCamera: parameters must be [8], got [7].',
  );
  expect(() => traceCamera(input('camera', [8]), input('w', [2]))).toThrow(
    'traceCamera: the window must be [3], got [2].',
  );
});
