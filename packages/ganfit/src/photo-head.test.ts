import { cameraFromPose } from '@ganfit/core/render';
import { expect, test } from 'vitest';
import { photoHead } from './photo-head.ts';
import { readShape } from './shape-file.ts';

test('photoHead: the pose and expression of the photo, and a skin as free of light as the result’s', async () => {
  const { model } = await readShape();
  const light = { kind: 'harmonics' as const, coefficients: new Float32Array(27) };
  const photos = [0, 1].map((weight) => ({
    expression: new Float32Array(model.expression.count).fill(weight),
    camera: cameraFromPose(
      { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, -600 - 100 * weight] },
      { focal: 500, width: 100, height: 100 },
    ),
    light,
  }));
  const skin = { width: 4, height: 4, channels: 3 as const, data: new Uint8Array(48).fill(128) };
  const result = {
    parameters: { identity: new Float32Array(model.identity.count), photos },
    textures: { skin },
    head: { delit: true },
  };
  const [first, second] = [0, 1].map((p) => photoHead(result, p, model));
  expect([first.posed.delit, second.posed.delit]).toEqual([true, true]);
  expect(photoHead({ ...result, head: {} }, 1, model).posed.delit).toBeUndefined();
  expect(second.parameters.photos).toEqual([photos[1]]);
  const [a, b] = [first, second].map(({ posed }) => posed.parts[0].mesh.vertices);
  expect(a.some((value, i) => Math.abs(value - b[i]) > 1)).toBe(true);
});
