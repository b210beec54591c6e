import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { alignmentPoints } from '../fit/alignment-points.ts';
import { projectLandmarks } from '../fit/project-landmarks.ts';
import type { Observation } from '../networks/observation.ts';
import { cameraFromPose } from '../render/camera.ts';
import { loadShapeModel } from '../shape/stored-model.ts';
import { unwrapPhotos } from './unwrap-photos.ts';

const require = createRequire(import.meta.url);
const model = loadShapeModel(
  new Uint8Array(readFileSync(require.resolve('@ganfit/models/shape.safetensors'))),
);
const points = alignmentPoints(model);
const SIDE = 200;
const camera = cameraFromPose(
  { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, -600] },
  { focal: 500, width: SIDE, height: SIDE },
);
const light = { kind: 'harmonics' as const, coefficients: new Float32Array(27) };
const expression = new Float32Array(model.expression.count);
const photo = { expression, camera, light };
const parameters = { identity: new Float32Array(model.identity.count), photos: [photo] };

/** A photo that is red on the left and blue on the right. */
function observation(skin?: Observation['skin']): Observation {
  const data = new Uint8Array(3 * SIDE * SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) data[3 * i + (i % SIDE < SIDE / 2 ? 0 : 2)] = 200;
  return {
    image: { width: SIDE, height: SIDE, channels: 3, data },
    face: 0,
    box: { x: 0, y: 0, width: SIDE, height: SIDE, score: 1 },
    landmarks: projectLandmarks(points, photo, parameters.identity),
    embedding: new Float32Array(512),
    ...(skin && { skin }),
  };
}

test('unwrapPhotos: only what is known to be skin is painted', () => {
  const fromPhoto = { a: 1, b: 0, x0: 0, y0: 0 };
  const values = Float32Array.from({ length: SIDE * SIDE }, (_, i) => (i % SIDE < SIDE / 2 - 2 ? 1 : 0));
  const amounts = [undefined, { side: SIDE, fromPhoto, values }].map((skin) => {
    const { color, confidence } = unwrapPhotos([observation(skin)], parameters, model, points, 128);
    const painted = [0, 0];
    confidence.forEach((trust, texel) => {
      painted[0] += trust * color[3 * texel];
      painted[1] += trust * color[3 * texel + 2];
    });
    return painted;
  });
  const [[red, blue], [redTold, blueTold]] = amounts;
  expect(blue).toBeGreaterThan(0.5 * red);
  expect(redTold).toBeGreaterThan(0.85 * red);
  expect(blueTold).toBeLessThan(0.01 * blue);
});
