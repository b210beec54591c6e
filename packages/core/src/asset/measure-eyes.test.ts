import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { alignmentPoints } from '../fit/alignment-points.ts';
import type { EyePose, FitParameters } from '../fit/parameters.ts';
import { projectLandmarks } from '../fit/project-landmarks.ts';
import type { Image } from '../image/image.ts';
import type { Observation } from '../networks/observation.ts';
import type { Camera } from '../render/camera.ts';
import { renderPreview } from '../render/preview.ts';
import type { ShapeModel } from '../shape/model.ts';
import { loadShapeModel } from '../shape/stored-model.ts';
import { partTexture } from '../texture/part-texture.ts';
import { assembleHead } from './assemble.ts';
import { headSurfaces, UNLIT } from './head-surfaces.ts';
import { paintLidRims } from './lid-rims.ts';
import { measureEyes } from './measure-eyes.ts';

const FILE = new URL('../../../models/shape.safetensors', import.meta.url);
const SIZE = 420;
const SKIN = 256;
const camera: Camera = {
  position: [60, 10, 1000],
  target: [0, 10, 90],
  roll: 0,
  focal: 1700,
  width: SIZE,
  height: SIZE,
};
let model: ShapeModel;

beforeAll(() => {
  model = loadShapeModel(readFileSync(FILE));
});

/** A head whose eyes stand in a known way, and what it shows. */
function pictured(eyes: EyePose): { readonly parameters: FitParameters; readonly observation: Observation } {
  const photo = {
    expression: new Float32Array(29),
    camera,
    light: UNLIT,
  };
  const parameters: FitParameters = { identity: new Float32Array(158), photos: [photo] };
  const skin = new Float32Array(3 * SKIN * SKIN).map((_, i) => [0.5, 0.3, 0.22][i % 3]);
  paintLidRims(skin, SKIN, model);
  const textures: Record<string, Image> = {
    skin: {
      width: SKIN,
      height: SKIN,
      channels: 3,
      data: Uint8Array.from(skin, (value) => 255 * value ** (1 / 2.2)),
    },
  };
  for (const part of model.parts) {
    const texture = part.name.startsWith('eye') ? partTexture(model, part, 256) : undefined;
    if (texture) textures[part.name] = texture;
  }
  const head = assembleHead({ ...parameters, photos: [{ ...photo, eyes }] }, model, textures, {
    expression: 'photo',
    morphs: false,
  });
  const { data } = renderPreview(headSurfaces(head), { camera, light: UNLIT, background: [90, 90, 90] });
  const image: Image = {
    width: SIZE,
    height: SIZE,
    channels: 3,
    data: Uint8Array.from({ length: 3 * SIZE * SIZE }, (_, i) => data[4 * Math.floor(i / 3) + (i % 3)]),
  };
  const landmarks = projectLandmarks(alignmentPoints(model), photo, parameters.identity);
  return { parameters, observation: { image, landmarks } as Observation };
}

test('lids and gaze of a head come back from its picture', () => {
  for (const eyes of [
    { gaze: [0.2, 0.05], blink: [0, 0], squint: [0, 0] },
    { gaze: [-0.1, 0], blink: [0.3, 0.3], squint: [0, 0] },
  ] satisfies EyePose[]) {
    const { parameters, observation } = pictured(eyes);
    const measured = measureEyes(observation, parameters, model, alignmentPoints(model));
    expect(Math.abs(measured!.gaze[0] - eyes.gaze[0])).toBeLessThan(0.06);
    expect(Math.abs(measured!.gaze[1] - eyes.gaze[1])).toBeLessThan(0.08);
    for (const side of [0, 1]) expect(Math.abs(measured!.blink[side] - eyes.blink[side])).toBeLessThan(0.11);
  }
});

test('of eyes that are too small nothing is claimed', () => {
  const photos = [{ expression: new Float32Array(29), camera: { ...camera, focal: 60 }, light: UNLIT }];
  const parameters: FitParameters = { identity: new Float32Array(158), photos };
  const landmarks = projectLandmarks(alignmentPoints(model), photos[0], parameters.identity);
  const image: Image = { width: SIZE, height: SIZE, channels: 3, data: new Uint8Array(3 * SIZE * SIZE) };
  const observation = { image, landmarks } as Observation;
  expect(measureEyes(observation, parameters, model, alignmentPoints(model))).toBeUndefined();
});
