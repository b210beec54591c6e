import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { Image } from '../image/image.ts';
import { turned } from '../linalg/rotation.ts';
import type { Observation } from '../networks/observation.ts';
import { randomStream } from '../random/index.ts';
import { cameraFromPose } from '../render/camera.ts';
import type { HarmonicLight } from '../render/light.ts';
import { renderPreview } from '../render/preview.ts';
import { createRuntime } from '../runtime/index.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import { add, constant, matmul, reshape } from '../tensor/index.ts';
import type { TextureModel } from '../texture/model.ts';
import { align } from './align.ts';
import { alignmentPoints } from './alignment-points.ts';
import { ellipsoidHead } from './ellipsoid-head.ts';
import { fit } from './fit.ts';
import type { FitStep } from './fit-step.ts';
import { PRESETS, type Preset } from './presets.ts';
import { projectLandmarks } from './project-landmarks.ts';
import { standardShapePrior } from './shape-prior.ts';

const head = ellipsoidHead(40);
const points = alignmentPoints(head);
const runtime = createRuntime(ort, { executionProviders: ['cpu'], threads: 1 });
const R = 64;

/** Skin with spots, whose two modes are its tone and more spots. */
function spottedSkin(): TextureModel {
  const spots = (x: number, y: number, phase: number) =>
    Math.sin(90 * x + phase) * Math.sin(60 * y + 2 * phase) > 0.3 ? 1 : 0;
  const plane = (f: (x: number, y: number, c: number) => number) =>
    Float32Array.from({ length: 3 * R * R }, (_, i) =>
      f(((i % R) + 0.5) / R, ((Math.floor(i / R) % R) + 0.5) / R, Math.floor(i / (R * R))),
    );
  const mean = plane((x, y, c) => [0.5, 0.2, 0][c] - 0.35 * spots(x, y, 0));
  const tone = plane(() => -0.2);
  const more = plane((x, y) => -0.25 * spots(x, y, 2));
  const modes = constant(Float32Array.from([...tone, ...more]), [2, 3 * R * R]);
  return {
    name: 'spots',
    latentSize: 2,
    resolutions: [R],
    topologyDigest: head.topologyDigest,
    linear: true,
    synthesize: (latent) =>
      reshape(add(matmul(latent, modes), constant(mean, [1, 3 * R * R])), [latent.shape[0], 3, R, R]),
  };
}

const SIDE = 240;
const texture = spottedSkin();
const light: HarmonicLight = {
  kind: 'harmonics',
  coefficients: Float32Array.from({ length: 27 }, (_, k) => [3.3, 0.4, 0.5, 0.8][Math.floor(k / 3)] ?? 0),
};

/** The skin of a latent as a picture. */
async function painted(latent: number[]): Promise<Image> {
  const graph = await runtime.compile({ planes: texture.synthesize(constant(latent, [1, 2])) });
  const { planes } = await graph.run({});
  await graph.dispose();
  const data = Uint8Array.from({ length: 3 * R * R }, (_, i) =>
    Math.min(255, Math.max(0, Math.round(127.5 * (planes[(i % 3) * R * R + Math.floor(i / 3)] + 1)))),
  );
  return { width: R, height: R, channels: 3, data };
}

async function photographed(identity: number[], latent: number[], scar = false): Promise<Observation> {
  const camera = cameraFromPose(
    { rotation: turned([1, 0, 0, 0, 1, 0, 0, 0, 1], [0.05, 0.25, 0]), translation: [0, 0, -900] },
    { focal: 750, width: SIDE, height: SIDE },
  );
  const expression = new Float32Array(3);
  const { triangles, uv, uvTriangles } = head.parts[0];
  const mesh = { vertices: evaluateShape(head, identity, expression), triangles, uv, uvTriangles };
  const { data } = renderPreview([{ mesh, texture: await painted(latent) }], {
    camera,
    light,
    background: [60, 90, 60],
  });
  const rgb = Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => data[4 * Math.floor(i / 3) + (i % 3)]);
  if (scar) {
    // A dark bar across the forehead, as a fringe or a hat would be.
    for (let y = 60; y < 80; y++) rgb.fill(10, 3 * (y * SIDE + 70), 3 * (y * SIDE + 170));
  }
  const random = randomStream(3, 'landmarks');
  const landmarks = projectLandmarks(points, { expression, camera }, identity).map(
    (value) => value + 2 * (750 / 900) * random.normal(),
  );
  return {
    image: { width: SIDE, height: SIDE, channels: 3, data: rgb },
    face: 0,
    box: { x: 0, y: 0, width: SIDE, height: SIDE, score: 1 },
    landmarks,
    embedding: new Float32Array(512),
    focal: 750,
  };
}

const preset: Preset = { ...PRESETS.fast, start: { skin: 3, coarse: 3, fine: 3 } };

async function run(observation: Observation, options = {}): Promise<FitStep[]> {
  const { parameters } = align(head, [observation], { points });
  const steps: FitStep[] = [];
  for await (const step of fit(
    parameters,
    [observation],
    { model: head, runtime, texture, points },
    {
      preset,
      ...options,
    },
  )) {
    steps.push(step);
  }
  return steps;
}

/** Root mean square distance from the true face, without its translation. */
function error(found: ArrayLike<number>, truth: readonly number[]): number {
  const [a, b] = [found, truth].map((identity) => evaluateShape(head, identity, new Float32Array(3)));
  const face = Array.from({ length: head.vertexCount }, (_, v) => v).filter((v) => head.mean[3 * v + 2] > 50);
  const offsets = [0, 1, 2].map((c) => face.map((v) => a[3 * v + c] - b[3 * v + c]));
  const sum = offsets.reduce((total, list) => {
    const mean = list.reduce((s, value) => s + value, 0) / list.length;
    return total + list.reduce((s, value) => s + (value - mean) ** 2, 0);
  }, 0);
  return Math.sqrt(sum / face.length);
}

describe('fitPhotometric', () => {
  const identity = [1, -1.2, 1.5, -1, 1, 0.5, -0.8, 1];

  it('finds skin and light, and a shape nearer to the truth than landmarks give', async () => {
    const observation = await photographed(identity, [1, -1]);
    const steps = await run(observation);
    const { parameters } = steps[steps.length - 1];
    expect(parameters.texture?.[0]).toBeGreaterThan(0.15);
    expect(parameters.texture?.[1]).toBeLessThan(-0.5);
    const aligned = align(head, [observation], { points }).parameters.identity;
    expect(error(parameters.identity, identity)).toBeLessThan(0.7 * error(aligned, identity));
    const found = parameters.photos[0].light;
    if (found.kind !== 'harmonics') throw new Error('the light must be harmonics');
    // Brighter from the left (entry 9, x) and above (entry 3, y).
    expect(found.coefficients[9]).toBeGreaterThan(0.3);
    expect(steps[steps.length - 1].stage).toBe('photometric');
  });

  it('is not painted by a bar across the forehead', async () => {
    const steps = await run(await photographed(identity, [1, -1], true));
    const { texture: latent } = steps[steps.length - 1].parameters;
    expect(latent?.[0]).toBeGreaterThan(0.2);
    expect(latent?.[0]).toBeLessThan(2.2);
  });

  it('does not look at what is known to be no skin', async () => {
    const clean = await photographed(identity, [1, -1]);
    // Half of the face in a skin of its own, too large for any robust weight.
    const data = clean.image.data.slice();
    for (let y = 0; y < SIDE; y++) {
      for (let x = 120; x < SIDE; x++) data.set([150, 40, 90], 3 * (y * SIDE + x));
    }
    const hidden = { ...clean, image: { ...clean.image, data } };
    const values = Float32Array.from({ length: SIDE * SIDE }, (_, i) => (i % SIDE < 118 ? 1 : 0));
    const skin = { side: SIDE, fromPhoto: { a: 1, b: 0, x0: 0, y0: 0 }, values };
    const latents = [];
    for (const observation of [clean, hidden, { ...hidden, skin }]) {
      const steps = await run(observation);
      latents.push(steps[steps.length - 1].parameters.texture ?? []);
    }
    const [whole, misled, told] = latents;
    const off = (latent: ArrayLike<number>): number => Math.hypot(latent[0] - whole[0], latent[1] - whole[1]);
    expect(off(misled)).toBeGreaterThan(0.5);
    expect(off(told)).toBeLessThan(0.5 * off(misled));
  });

  it('counts landmarks less on photos that the prior trusts', async () => {
    const observation = await photographed(identity, [1, -1]);
    const usual = { ...standardShapePrior(points.identityCount), trust: 1 };
    // In the first steps the shape rests, so both see the same landmarks from the same place.
    const [all, part] = [await run(observation), await run(observation, { prior: usual })];
    expect(part[0].losses.landmark).toBeCloseTo(0.25 * all[0].losses.landmark, 4);
    // At the end colors have drawn the face farther from the landmarks, and still it is better than landmarks alone.
    const last = part[part.length - 1];
    expect(last.losses.landmark / 0.25).toBeGreaterThan(all[all.length - 1].losses.landmark);
    const aligned = align(head, [observation], { points }).parameters.identity;
    expect(error(last.parameters.identity, identity)).toBeLessThan(error(aligned, identity));
  });

  it('goes on where it was stopped', async () => {
    const observation = await photographed(identity, [0, 1]);
    const whole = await run(observation);
    const rest = await run(observation, { resume: structuredClone(whole[3].state) });
    expect(rest).toHaveLength(whole.length - 4);
    const [a, b] = [whole, rest].map((steps) => steps[steps.length - 1].parameters);
    a.identity.forEach((value, i) => {
      expect(b.identity[i]).toBeCloseTo(value, 2);
    });
  });
});
