import { expect, test } from 'vitest';
import { alignmentPoints } from '../fit/alignment-points.ts';
import { ellipsoidHead } from '../fit/ellipsoid-head.ts';
import type { FitParameters } from '../fit/parameters.ts';
import type { Observation } from '../networks/observation.ts';
import type { TextureModel } from '../texture/model.ts';
import { startParameters } from './start-parameters.ts';

const points = alignmentPoints(ellipsoidHead(16));
const texture = { latentSize: 4 } as TextureModel;
const observation = {
  image: { width: 64, height: 48, channels: 3, data: new Uint8Array(0) },
} as unknown as Observation;
const start: FitParameters = {
  identity: new Float32Array(points.identityCount),
  texture: new Float32Array(4),
  photos: [
    {
      expression: new Float32Array(points.expressionCount),
      camera: { position: [0, 0, 900], target: [0, 0, 0], roll: 0, focal: 700, width: 64, height: 48 },
      light: { kind: 'harmonics', coefficients: new Float32Array(27) },
    },
  ],
};

test('an earlier fit of the same photo by the same models is taken as it is', () => {
  expect(startParameters(start, [observation], points, texture)).toBe(start);
  expect(startParameters(start, [observation], points, undefined).texture).toBeUndefined();
});

test.each([
  ['photos', { ...start, photos: [...start.photos, ...start.photos] }, 'must hold 1 photos, got 2'],
  ['identity', { ...start, identity: new Float32Array(3) }, 'numbers of identity, got 3'],
  ['texture', { ...start, texture: new Float32Array(5) }, 'must hold 4 numbers of texture, got 5'],
  [
    'size',
    { ...start, photos: [{ ...start.photos[0], camera: { ...start.photos[0].camera, width: 65 } }] },
    'must hold 64 x 48 pixels in photo 1, got 65 x 48',
  ],
])('another %s is refused', (_, other, sentence) => {
  expect(() => startParameters(other, [observation], points, texture)).toThrow(sentence);
});
