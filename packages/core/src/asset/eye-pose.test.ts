import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { evaluateShape } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { loadShapeModel } from '../shape/stored-model.ts';
import { eyeBallOf, eyeLift, gazeAxis, lidHeights, poseEyes, restingEyes } from './eye-pose.ts';
import { lidLoops } from './lid-loops.ts';

const FILE = new URL('../../../models/shape.safetensors', import.meta.url);
let model: ShapeModel;

beforeAll(() => {
  model = loadShapeModel(readFileSync(FILE));
});

/** A person with wide eyes, and one with narrow ones. */
function person(sign: number): Float32Array {
  const blink = model.shapeNames.indexOf(sign > 0 ? 'eyeWideLeft' : 'eyeBlinkLeft');
  const other = model.shapeNames.indexOf(sign > 0 ? 'eyeWideRight' : 'eyeBlinkRight');
  const face = evaluateShape(model, []);
  for (const k of [blink, other]) {
    for (let i = 0; i < face.length; i++)
      face[i] += (sign > 0 ? 0.6 : 0.4) * model.shapes.data[k * face.length + i];
  }
  return face;
}

test('at rest the upper lid covers the top of the iris and the lower one touches it, on anybody', () => {
  for (const sign of [1, -1]) {
    const face = person(sign);
    const lift = eyeLift(model, face);
    poseEyes(model, face, lift, restingEyes(model, face, []));
    for (const eye of lidLoops(model)) {
      const { upper, lower } = lidHeights(model, face, eye);
      // The iris ends 5.9 mm above and below the pupil.
      expect(upper).toBeGreaterThan(2.2);
      expect(upper).toBeLessThan(5.2);
      expect(lower).toBeLessThan(-4);
      expect(lower).toBeGreaterThan(-6.6);
    }
  }
});

test('what the photo shows of the lids counts by half for the face at rest', () => {
  const face = evaluateShape(model, []);
  const plain = restingEyes(model, face, []);
  const narrow = restingEyes(model, face, [{ gaze: [0.2, 0], blink: [0.2, 0.2], squint: [0, 0] }]);
  for (const side of [0, 1]) expect(narrow.blink[side]).toBeGreaterThan(plain.blink[side] + 0.02);
  expect(narrow.gaze).toEqual([0, 0]);
});

test('a gaze turns the eyeballs about their middles, and lids stay outside of them', () => {
  const face = evaluateShape(model, []);
  const before = Float32Array.from(face);
  poseEyes(model, face, 0, { gaze: [0.3, 0.1], blink: [0.4, 0.4], squint: [0, 0] });
  const axis = gazeAxis([0.3, 0.1]);
  for (const eye of lidLoops(model)) {
    const [was, is] = [eyeBallOf(model, before, eye.side), eyeBallOf(model, face, eye.side)];
    for (let k = 0; k < 3; k++) expect(is.center[k]).toBeCloseTo(was.center[k], 1);
    const part = model.parts.find(({ name }) => name === `eye${eye.side}`)!;
    let pole = 3 * part.vertexStart;
    for (let v = part.vertexStart; v < part.vertexStart + part.vertexCount; v++) {
      if (before[3 * v + 2] > before[pole + 2]) pole = 3 * v;
    }
    const way = [0, 1, 2].map((k) => face[pole + k] - is.center[k]);
    const length = Math.hypot(...way);
    expect(way.reduce((sum, value, k) => sum + (value * axis[k]) / length, 0)).toBeGreaterThan(0.995);
    for (const v of eye.loops[4]) {
      const away = Math.hypot(...[0, 1, 2].map((k) => face[3 * v + k] - is.center[k]));
      expect(away).toBeGreaterThan(is.radius);
    }
  }
});
