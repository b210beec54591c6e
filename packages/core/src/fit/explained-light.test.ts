import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { linearToSrgb } from '../image/color.ts';
import { createRuntime } from '../runtime/index.ts';
import { add, constant, mul, reshape } from '../tensor/index.ts';
import type { TextureModel } from '../texture/model.ts';
import { appearanceKit } from './albedo.ts';
import { align } from './align.ts';
import { alignmentPoints } from './alignment-points.ts';
import { ellipsoidHead } from './ellipsoid-head.ts';
import { photographEllipsoid } from './ellipsoid-photo.ts';
import { explainedLight } from './explained-light.ts';

const head = ellipsoidHead(32);
const points = alignmentPoints(head);
const runtime = createRuntime(ort, { executionProviders: ['cpu'], threads: 1 });
const R = 64;

/** Skin of one color, sRGB in [0, 1]. */
function plainSkin(color: readonly number[]): TextureModel {
  const planes = Float32Array.from({ length: 3 * R * R }, (_, i) => 2 * color[Math.floor(i / (R * R))] - 1);
  return {
    name: 'plain',
    latentSize: 1,
    resolutions: [R],
    topologyDigest: head.topologyDigest,
    linear: true,
    synthesize: (latent) =>
      add(constant(planes, [1, 3, R, R]), mul(reshape(latent, [latent.shape[0], 1, 1, 1]), 0)),
  };
}

/** The light of a photographed head whose skin is linear [0.5, 0.33, 0.25], by the skin that is said to be its own. */
async function lightBy(color: readonly number[]): Promise<Float32Array> {
  const observation = photographEllipsoid(head, points, {
    yaw: 0.2,
    identity: new Array(8).fill(0),
    side: 240,
  });
  const { parameters } = align(head, [observation], { points });
  const kit = appearanceKit(head, observation.image);
  const skin = plainSkin(color);
  const [light] = await explainedLight(skin, new Float32Array(1), runtime, [kit], parameters);
  return light.coefficients;
}

test('explainedLight: on its own skin a head is lit without color, on a darker one more brightly', async () => {
  const own = [0.5, 0.33, 0.25].map(linearToSrgb);
  const [red, green, blue] = await lightBy(own);
  expect(green / red).toBeCloseTo(1, 1);
  expect(blue / red).toBeCloseTo(1, 1);
  const [brighter] = await lightBy([0.25, 0.33, 0.25].map(linearToSrgb));
  expect(brighter / red).toBeCloseTo(2, 0);
});

test('explainedLight: a skin that is black in a channel has a light, too', async () => {
  const found = await lightBy([0.6, 0.5, -0.1]);
  expect(found.every(Number.isFinite)).toBe(true);
  expect(found[0]).toBeGreaterThan(0);
});
