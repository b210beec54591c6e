import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { turned } from '../linalg/rotation.ts';
import { randomStream } from '../random/index.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import { loadShapeModel } from '../shape/stored-model.ts';
import { markAgreement } from './mark-agreement.ts';
import { fitMarkPose, type MarkPose, projectMark } from './mark-pose.ts';
import { type MarkedFace, type MarkScheme, readTemplate, WEBMORPH_189 } from './marked-face.ts';

const require = createRequire(import.meta.url);
const model = loadShapeModel(
  new Uint8Array(readFileSync(require.resolve('@ganfit/models/shape.safetensors'))),
);
const face = Array.from({ length: model.parts[0].vertexCount }, (_, v) => v).filter(
  (v) => model.regions['face'][v] > 200 && model.mean[3 * v + 2] > 70,
);
const random = randomStream(11, 'marks');
const UPRIGHT = [1, 0, 0, 0, 1, 0, 0, 0, 1];

function nearest(x: number, y: number): number {
  const far = (v: number) => Math.hypot(model.mean[3 * v] - x, model.mean[3 * v + 1] - y);
  return face.reduce((best, v) => (far(v) < far(best) ? v : best));
}
function landmark(k: number): number {
  return model.parts[0].triangles[3 * model.landmarks.triangles[k]];
}
/** A vertex of the lids near the pupil. */
function lid(from: number): number {
  const middle = (axis: number) =>
    [0, 1, 2, 3, 4, 5].reduce((sum, i) => sum + model.mean[3 * landmark(from + i) + axis] / 6, 0);
  return nearest(middle(0), middle(1));
}
/** Eyes and mouth, spots of the cheeks, and an outline along the lower border. */
const meant = [
  lid(36),
  lid(42),
  ...[48, 54, 36, 45].map(landmark),
  ...Array.from({ length: 20 }, (_, i) => nearest(-40 + 20 * (i % 5), -45 + 20 * Math.floor(i / 5))),
  ...Array.from({ length: 7 }, (_, i) => nearest(-30 + 10 * i, -60)),
];
const scheme: MarkScheme = {
  count: meant.length,
  parts: { middle: [0, 1, 2, 3, 4, 5], cheeks: Array.from({ length: 20 }, (_, i) => 6 + i) },
  outline: [26, 27, 28, 29, 30, 31, 32],
  across: [27, 28, 29, 30, 31],
  start: [0, 1, 2, 3],
  unit: [4, 5],
};

/** Somebody and the marks on a photo of him, half a millimetre off. */
function person(): { identity: Float32Array; marked: MarkedFace } {
  const identity = Float32Array.from({ length: model.identity.count }, () => random.normal());
  const vertices = evaluateShape(model, identity);
  const pose: MarkPose = {
    rotation: turned(UPRIGHT, [0.05 * random.normal(), 0.05 * random.normal(), 0.05 * random.normal()]),
    x: 400 + 20 * random.normal(),
    y: 500,
    scale: 3,
  };
  const points = new Float64Array(2 * meant.length);
  meant.forEach((vertex, n) => {
    const [x, y] = projectMark(pose, vertices, 3 * vertex);
    points.set([x + 1.5 * random.normal(), y + 1.5 * random.normal()], 2 * n);
  });
  return { identity, marked: { points } };
}

test('the true shapes agree with the marks, other people and the mean face do not', () => {
  const people = Array.from({ length: 12 }, person);
  const score = (identity: (i: number) => Float32Array | undefined): number => {
    const heads = people.map(({ marked }, i) => ({
      face: marked,
      vertices: evaluateShape(model, identity(i) ?? new Float32Array(model.identity.count)),
    }));
    const errors = markAgreement(heads, model, scheme);
    expect(Object.keys(errors[0].parts)).toEqual(['middle', 'cheeks', 'outline']);
    return errors.reduce((sum, { all }) => sum + all / errors.length, 0);
  };
  const truth = score((i) => people[i].identity);
  const mean = score(() => undefined);
  const other = score((i) => people[(i + 5) % people.length].identity);
  // Half a millimetre of noise both ways is 0.8 % of 89 mm.
  expect(truth).toBeLessThan(1.1);
  expect(mean).toBeGreaterThan(1.5 * truth);
  expect(other).toBeGreaterThan(1.1 * mean);
});

test('fitMarkPose finds turn, place and size', () => {
  const pose: MarkPose = { rotation: turned(UPRIGHT, [0.2, -0.3, 0.1]), x: 300, y: 200, scale: 2.5 };
  const matches = meant.map((vertex) => {
    const point = model.mean.subarray(3 * vertex, 3 * vertex + 3);
    return { point, mark: projectMark(pose, point) };
  });
  const found = fitMarkPose(matches, { rotation: UPRIGHT, x: 280, y: 230, scale: 2 });
  expect(found.scale).toBeCloseTo(2.5, 4);
  expect(found.x).toBeCloseTo(300, 2);
  found.rotation.forEach((value, i) => {
    expect(value).toBeCloseTo(pose.rotation[i], 4);
  });
});

test('readTemplate reads as many points as the template has, and nothing else', () => {
  const lines = Array.from({ length: 189 }, (_, i) => `${i}.5\t${2 * i}`);
  const { points } = readTemplate(['189', ...lines, '44', '0', '2', '0 0', ''].join('\r\n'));
  expect([...points.subarray(376)]).toEqual([188.5, 376]);
  expect(() => readTemplate(['189', ...lines.slice(1), '44', '0'].join('\n'))).toThrow('must begin with 189');
  expect(() => readTemplate('68\n1 2')).toThrow('got "68"');
  const all = [...Object.values(WEBMORPH_189.parts).flat(), ...WEBMORPH_189.outline];
  expect(new Set(all).size).toBe(all.length);
});
