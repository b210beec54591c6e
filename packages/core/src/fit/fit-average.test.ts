import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { turned } from '../linalg/rotation.ts';
import type { Observation } from '../networks/observation.ts';
import { cameraFromPose } from '../render/camera.ts';
import { renderPreview } from '../render/preview.ts';
import { createRuntime } from '../runtime/index.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import { align } from './align.ts';
import { alignmentPoints } from './alignment-points.ts';
import { ellipsoidHead } from './ellipsoid-head.ts';
import { fit } from './fit.ts';
import { fitAverage } from './fit-average.ts';
import type { FitKit, FitStep } from './fit-step.ts';
import { PRESETS, type Preset } from './presets.ts';
import { projectLandmarks } from './project-landmarks.ts';

const head = ellipsoidHead(32);
const points = alignmentPoints(head);
const kit: FitKit = {
  model: head,
  runtime: createRuntime(ort, { executionProviders: ['cpu'], threads: 2 }),
  points,
};
const preset: Preset = {
  ...PRESETS.balanced,
  start: { skin: 0, coarse: 0, fine: 0 },
  weights: { ...PRESETS.balanced.weights, pixel: 2000, identity: 0 },
  learningRate: 0.05,
  size: 64,
  iterations: 5,
  plateau: 0,
};

function photographed(yaw: number, identity: number[]): Observation {
  const camera = cameraFromPose(
    { rotation: turned([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, yaw, 0]), translation: [0, 0, -900] },
    { focal: 700, width: 200, height: 200 },
  );
  const expression = new Float32Array(3);
  const mesh = { vertices: evaluateShape(head, identity, expression), triangles: head.parts[0].triangles };
  const { data } = renderPreview([{ mesh, albedo: [0.5, 0.33, 0.25] }], { camera, background: [60, 90, 60] });
  const rgb = Uint8Array.from({ length: 3 * 200 * 200 }, (_, i) => data[4 * Math.floor(i / 3) + (i % 3)]);
  return {
    image: { width: 200, height: 200, channels: 3, data: rgb },
    face: 0,
    box: { x: 0, y: 0, width: 200, height: 200, score: 1 },
    landmarks: projectLandmarks(points, { expression, camera }, identity),
    embedding: new Float32Array(512),
    focal: 700,
  };
}

async function listOf(steps: AsyncIterable<FitStep>): Promise<FitStep[]> {
  const list: FitStep[] = [];
  for await (const step of steps) list.push(step);
  return list;
}

const observations = [
  photographed(-0.3, [1, 1, -1, 0, 0, 1, 0, 0]),
  photographed(0.3, [-1, 1, 1, 0, 0, 0, 1, 0]),
];
const { parameters } = align(head, observations, { points });

test('fitAverage: the first average is the mean of the photos’ own first steps', async () => {
  const alone = await Promise.all(
    observations.map((observation, p) =>
      listOf(fit({ ...parameters, photos: [parameters.photos[p]] }, [observation], kit, { preset })),
    ),
  );
  const [first] = await listOf(fitAverage(parameters, observations, kit, { preset }));
  first.parameters.identity.forEach((value, k) => {
    const mean = (alone[0][0].parameters.identity[k] + alone[1][0].parameters.identity[k]) / 2;
    expect(value).toBeCloseTo(mean, 5);
  });
}, 30_000);

test('fitAverage: photos keep their own pose, share one shape, and the loss falls', async () => {
  const steps = await listOf(fitAverage(parameters, observations, kit, { preset }));
  expect(steps).toHaveLength(5);
  const last = steps[4];
  expect(last.parameters.photos).toHaveLength(2);
  const [a, b] = last.parameters.photos.map(({ camera }) => camera.position[0]);
  expect(Math.abs(a - b)).toBeGreaterThan(100);
  expect(last.total).toBeLessThan(steps[0].total);
  // Had the average not been sent back, each photo would go on from its own shape.
  const alone = await listOf(
    fit({ ...parameters, photos: [parameters.photos[0]] }, [observations[0]], kit, { preset }),
  );
  expect(last.parameters.identity).not.toEqual(alone[4].parameters.identity);
  await expect(
    listOf(fitAverage(parameters, observations, kit, { preset, resume: alone[0].state })),
  ).rejects.toThrow('must start from its beginning');
}, 30_000);
