import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { alignmentPoints } from '../fit/alignment-points.ts';
import type { FitParameters } from '../fit/parameters.ts';
import { projectLandmarks } from '../fit/project-landmarks.ts';
import { START_LIGHT } from '../fit/start-light.ts';
import type { Image } from '../image/image.ts';
import { turned, yawOf } from '../linalg/rotation.ts';
import type { Observation } from '../networks/observation.ts';
import { randomStream } from '../random/index.ts';
import { cameraFromPose, cameraPose } from '../render/camera.ts';
import type { HarmonicLight } from '../render/light.ts';
import { renderPreview } from '../render/preview.ts';
import { createRuntime } from '../runtime/index.ts';
import { loadShapeModel } from '../shape/stored-model.ts';
import { constant, mul, reshape } from '../tensor/index.ts';
import type { TextureModel } from '../texture/model.ts';
import { assembleHead } from './assemble.ts';
import { headSurfaces } from './head-surfaces.ts';
import { landmarkError } from './landmark-error.ts';
import { placeHead } from './place-head.ts';

const SIZE = 400;
const R = 64;
const model = loadShapeModel(readFileSync(new URL('../../../models/shape.safetensors', import.meta.url)));
const points = alignmentPoints(model);
const runtime = createRuntime(ort, { executionProviders: ['cpu'], threads: 1 });
const random = randomStream(7, 'place-head test');
const normals = (count: number, deviation: number) =>
  Float32Array.from({ length: count }, () => deviation * random.normal());

/** Skin of one colour, which the only number of the latent makes fairer. */
const texture: TextureModel = {
  name: 'plain',
  latentSize: 1,
  resolutions: [R],
  topologyDigest: model.topologyDigest,
  linear: true,
  synthesize: (latent) => {
    const ones = constant(new Float32Array(3 * R * R).fill(1), [1, 3, R, R]);
    return mul(ones, mul(reshape(latent, [1, 1, 1, 1]), 0.2));
  },
};
const skin: Image = {
  width: R,
  height: R,
  channels: 3,
  // As the model has it with a latent of one: 0.2 in [-1, 1].
  data: new Uint8Array(3 * R * R).fill(153),
};

const light: HarmonicLight = {
  kind: 'harmonics',
  coefficients: Float32Array.from({ length: 27 }, (_, k) => [2.6, 0.2, 0.5, 0.9][Math.floor(k / 3)] ?? 0),
};

/** The head in one photo: what it shows, and where the networks would see its landmarks. */
function photographed(parameters: FitParameters): Observation {
  const [photo] = parameters.photos;
  const head = assembleHead(parameters, model, { skin }, { expression: 'photo', morphs: false });
  const { data } = renderPreview(headSurfaces(head), {
    camera: photo.camera,
    light: photo.light,
    background: [90, 90, 90],
  });
  const bytes = Uint8Array.from({ length: 3 * SIZE * SIZE }, (_, i) => data[4 * Math.floor(i / 3) + (i % 3)]);
  return {
    image: { width: SIZE, height: SIZE, channels: 3, data: bytes },
    face: 0,
    box: { x: 0, y: 0, width: SIZE, height: SIZE, score: 1 },
    landmarks: projectLandmarks(points, photo, parameters.identity),
    embedding: new Float32Array(512),
    focal: 1400,
  };
}

test('placeHead: shape and skin stay, and pose, expression and light of a photo that no fit saw are found', async () => {
  const camera = cameraFromPose(
    { rotation: turned([1, 0, 0, 0, 1, 0, 0, 0, 1], [0.1, 0.35, 0]), translation: [10, 0, -1100] },
    { focal: 1400, width: SIZE, height: SIZE },
  );
  const identity = normals(model.identity.count, 1);
  const truth: FitParameters = {
    identity,
    texture: Float32Array.of(1),
    photos: [{ camera, expression: normals(model.expression.count, 0.7), light }],
  };
  const other = cameraFromPose(
    { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, -900] },
    { focal: 800, width: 300, height: 300 },
  );
  const rest = new Float32Array(model.expression.count);
  const elsewhere = { ...truth, photos: [{ camera: other, expression: rest, light: START_LIGHT }] };
  const observation = photographed(truth);
  const kit = { model, runtime, texture };
  const head = { delit: true };
  const { parameters, posed } = await placeHead(
    { parameters: elsewhere, textures: { skin }, head },
    observation,
    kit,
  );
  expect(parameters.identity).toEqual(identity);
  expect(parameters.texture).toEqual(truth.texture);
  expect(posed.delit).toBe(true);
  const [found] = parameters.photos;
  const yaw = (one: typeof camera) => yawOf(cameraPose(one).rotation);
  expect(Math.abs(yaw(found.camera) - yaw(camera))).toBeLessThan(0.05);
  expect(landmarkError(projectLandmarks(points, found, identity), observation.landmarks)).toBeLessThan(0.012);
  // The picture comes back: with the light of before it would be far too even.
  const error = (parameters: FitParameters): number => {
    const { data } = photographed(parameters).image;
    const own = observation.image.data;
    let sum = 0;
    for (let i = 0; i < data.length; i++) sum += Math.abs(data[i] - own[i]);
    return sum / data.length;
  };
  const unlit = { ...parameters, photos: [{ ...found, light: START_LIGHT }] };
  expect(error(parameters)).toBeLessThan(0.35 * error(unlit));
});
