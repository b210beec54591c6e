import { expect, test } from 'vitest';
import { evaluateNamed, evaluateShape, namedWeights, surfacePoints } from './evaluate.ts';
import { tinyModel } from './tiny-model.ts';

const model = tinyModel();

test('no coefficients are the mean face', () => {
  expect(evaluateShape(model)).toEqual(model.mean);
});

test('coefficients add their modes', () => {
  const vertices = evaluateShape(model, [2], [1]);
  // 2 lifts by identity, half a lift and half a step to the right by expression.
  expect([...vertices.subarray(9)]).toEqual([0.5, 1, 2.5]);
});

test('named weights of an expression show the same face', () => {
  const [jawOpen, mouthLeft] = namedWeights(model, [1.5]);
  expect(evaluateNamed(model, [1], { jawOpen, mouthLeft })).toEqual(evaluateShape(model, [1], [1.5]));
});

test('points ride on their triangle', () => {
  const points = surfacePoints(evaluateShape(model, [4]), model.parts[0].triangles, model.landmarks);
  expect([...points]).toEqual([0.5, 0.75, 4]);
});

test('unknown names and too many coefficients are refused', () => {
  expect(() => evaluateNamed(model, [], { tongueOut: 1 })).toThrow(/got "tongueOut". Use one of jawOpen/);
  expect(() => evaluateShape(model, [1, 2])).toThrow(/1 identity modes, got 2/);
});
