import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import type { FitParameters } from '../fit/parameters.ts';
import { cameraFromPose } from '../render/camera.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import { loadShapeModel } from '../shape/stored-model.ts';
import { photoPose } from './photo-pose.ts';

const require = createRequire(import.meta.url);
const model = loadShapeModel(
  new Uint8Array(readFileSync(require.resolve('@ganfit/models/shape.safetensors'))),
);
const camera = cameraFromPose(
  { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, -600] },
  { focal: 1000, width: 400, height: 400 },
);
const expression = Float32Array.from({ length: model.expression.count }, (_, k) => Math.sin(k));

function parameters(eyes?: FitParameters['photos'][number]['eyes']): FitParameters {
  const identity = new Float32Array(model.identity.count);
  const light = { kind: 'harmonics' as const, coefficients: new Float32Array(27) };
  return { identity, photos: [{ expression, camera, light, eyes }] };
}

test('the weights of a photo move the vertices as its expression does', () => {
  const { weights, gaze } = photoPose(model, parameters(), 0);
  expect(gaze).toEqual([0, 0]);
  const identity = new Float32Array(model.identity.count);
  const [neutral, posed] = [evaluateShape(model, identity), evaluateShape(model, identity, expression)];
  for (const v of [100, 3000, 3 * model.parts[0].vertexCount - 1]) {
    let moved = neutral[v];
    model.shapeNames.forEach((name, k) => {
      moved += weights[name] * model.shapes.data[3 * model.vertexCount * k + v];
    });
    expect(moved).toBeCloseTo(posed[v], 2);
  }
});

test('lids that are more closed than at rest blink; eyes turn', () => {
  const plain = photoPose(model, parameters(), 0).weights;
  const { weights, gaze } = photoPose(
    model,
    parameters({ gaze: [0.1, -0.05], blink: [0.4, 0.1], squint: [0, 0] }),
    0,
  );
  const blink = (side: string) => weights[`eyeBlink${side}`] - plain[`eyeBlink${side}`];
  expect(blink('Left')).toBeGreaterThan(blink('Right') + 0.1);
  expect(gaze[0]).toBeGreaterThan(0.05);
  expect(weights['jawOpen']).toBe(plain['jawOpen']);
});
