import { expect, it } from 'vitest';
import { turned } from '../linalg/rotation.ts';
import { writeSafetensors } from '../linalg/safetensors.ts';
import type { Observation } from '../networks/observation.ts';
import { randomStream } from '../random/index.ts';
import { cameraFromPose } from '../render/camera.ts';
import { alignmentPoints } from './alignment-points.ts';
import { ellipsoidHead } from './ellipsoid-head.ts';
import { projectLandmarks } from './project-landmarks.ts';
import { SHAPE_FEATURE_COUNT, SHAPE_FEATURES, shapeFeatures } from './shape-features.ts';
import { whitenShape } from './shape-prior.ts';
import { loadShapeRegressor, regressShape } from './shape-regressor.ts';

const head = ellipsoidHead();
const points = alignmentPoints(head);
const count = points.identityCount;

/** A face in a picture: turned by `yaw` and `roll`, `scale` times as large as usual. */
function seen(yaw: number, roll: number, scale: number, seed = 1): Observation {
  const random = randomStream(seed, 'face');
  const rotation = turned(turned([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, yaw, 0]), [0, 0, roll]);
  const camera = cameraFromPose(
    { rotation, translation: [30, -10, -4000] },
    { focal: 4000 * scale, width: 800, height: 600 },
  );
  const expression = new Float32Array(points.expressionCount);
  return {
    image: { width: 800, height: 600, channels: 3, data: new Uint8Array() },
    face: 0,
    box: { x: 0, y: 0, width: 1, height: 1, score: 1 },
    landmarks: projectLandmarks(points, { expression, camera }, new Float32Array(count)),
    embedding: Float32Array.from({ length: SHAPE_FEATURES.embedding }, () => random.normal()),
    pattern: Float32Array.from({ length: SHAPE_FEATURES.pattern }, () => random.normal()),
    shapeCode: Float32Array.from({ length: SHAPE_FEATURES.code }, () => random.normal()),
  };
}

/** The first of so many inner numbers does something. */
const RANK = 24;

function tinyFile(column: number, common = 0.5, bias = 0.5): Uint8Array {
  const steps = new Int16Array(RANK * SHAPE_FEATURE_COUNT);
  steps[column] = 100;
  const covariance = new Float32Array(count * count);
  for (let i = 0; i < count; i++) covariance[i * count + i] = 0.25;
  const floats = (shape: number[], data: ArrayLike<number>) =>
    ({ type: 'F32', shape, data: Float32Array.from(data) }) as const;
  return writeSafetensors({
    tensors: {
      steps: { type: 'I16', shape: [RANK, SHAPE_FEATURE_COUNT], data: steps },
      stepSize: floats([RANK], new Float32Array(RANK).fill(0.01)),
      bias: floats(
        [RANK],
        Array.from({ length: RANK }, (_, i) => (i === 0 ? bias : 0)),
      ),
      basis: floats(
        [count, RANK],
        Array.from({ length: count * RANK }, (_, at) => (at === RANK ? 2 : 0)),
      ),
      offset: floats(
        [count],
        Array.from({ length: count }, (_, k) => (k === 0 ? 3 : 0)),
      ),
      parity: floats(
        [count],
        Array.from({ length: count }, (_, k) => (k === 1 ? -1 : 1)),
      ),
      covariance: floats([count, count], covariance),
    },
    metadata: { common: String(common), shape: 'abc' },
  });
}

it('features do not change with place, size and roll of the face, but with its yaw', () => {
  const [level, rolled, turnedHead] = [seen(0.3, 0, 1), seen(0.3, 0.4, 1.7), seen(0.5, 0, 1)].map(
    (face) => shapeFeatures(face, points)?.subarray(SHAPE_FEATURES.pattern + SHAPE_FEATURES.embedding) ?? [],
  );
  const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
  // Roll turns the picture about its middle, so perspective differs a little.
  expect(largest(level, rolled)).toBeLessThan(1);
  expect(largest(level, turnedHead)).toBeGreaterThan(10);
  expect(level[136]).toBeCloseTo(0.3, 1);
});

it('the mean is the linear map of the features, the covariance that of the file', () => {
  const face = seen(0, 0, 1);
  const column = 17;
  const found = regressShape(loadShapeRegressor(tinyFile(column)), [face], points);
  expect(found?.mean[0]).toBeCloseTo(3, 4);
  expect(found?.mean[1]).toBeCloseTo(2 * (0.5 + (face.pattern as Float32Array)[column]), 3);
  const offset = Float32Array.from(found?.mean ?? []);
  offset[2] += 0.5;
  expect(found && Math.hypot(...whitenShape(found, offset))).toBeCloseTo(1, 3);
});

it('the last columns are what the shape network says', () => {
  const face = seen(0, 0, 1);
  const found = regressShape(loadShapeRegressor(tinyFile(SHAPE_FEATURE_COUNT - 1)), [face], points);
  expect(found?.mean[1]).toBeCloseTo(2 * (0.5 + (face.shapeCode as Float32Array)[255]), 3);
});

it('two photos are averaged and leave less open', () => {
  const [one, two] = [seen(0, 0, 1, 1), seen(0, 0, 1, 2)];
  const regressor = loadShapeRegressor(tinyFile(5, 0.5));
  const [a, b, both] = [[one], [two], [one, two]].map((list) => regressShape(regressor, list, points));
  expect(both?.mean[1]).toBeCloseTo(((a?.mean[1] ?? 0) + (b?.mean[1] ?? 0)) / 2, 4);
  expect((both?.whitening[0] ?? 0) / (a?.whitening[0] ?? 1)).toBeCloseTo(1 / Math.sqrt(0.75), 3);
});

it('a face and its mirror image are opposite where the mode is', () => {
  const face = seen(0, 0, 1);
  const { pattern = new Float32Array(), embedding, shapeCode } = face;
  const regressor = loadShapeRegressor(tinyFile(5));
  const alike = regressShape(regressor, [{ ...face, mirrored: { pattern, embedding, shapeCode } }], points);
  // Mode 1 is antisymmetric: a face that looks the same in the mirror has none of it.
  expect(alike?.mean[1]).toBe(0);
  expect(alike?.mean[0]).toBeCloseTo(3, 4);
});

it('a photo unlike all that was learnt from tells nothing, and does not spoil the others', () => {
  const face = seen(0, 0, 1);
  const strange = regressShape(loadShapeRegressor(tinyFile(5, 0.5, 20)), [face], points);
  expect(strange?.mean[0]).toBeLessThan(1e-3);
  expect(strange?.whitening[0]).toBeCloseTo(1, 3);
  expect(strange?.trust).toBeLessThan(1e-3);
  const pattern = Float32Array.from(face.pattern ?? []);
  pattern[5] = 20;
  const usual = loadShapeRegressor(tinyFile(5));
  const [alone, joined] = [[face], [face, { ...face, pattern }]].map((list) =>
    regressShape(usual, list, points),
  );
  expect(joined?.mean[1]).toBeCloseTo(alone?.mean[1] ?? 0, 2);
  expect(joined?.trust).toBe(alone?.trust);
  expect(alone?.trust).toBeGreaterThan(0.9);
});

it('is silent without what a network says, and refuses a file of another kind', () => {
  for (const missing of ['pattern', 'shapeCode'] as const) {
    const blind = { ...seen(0, 0, 1), [missing]: undefined };
    expect(regressShape(loadShapeRegressor(tinyFile(0)), [blind], points)).toBeUndefined();
  }
  const file = writeSafetensors({
    tensors: { steps: { type: 'I16', shape: [1, 4], data: new Int16Array(4) } },
    metadata: {},
  });
  expect(() => loadShapeRegressor(file)).toThrow(/must be there as F32/);
});
