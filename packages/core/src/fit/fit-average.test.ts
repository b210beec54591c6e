import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import type { Observation } from '../networks/observation.ts';
import { createRuntime } from '../runtime/index.ts';
import { align } from './align.ts';
import { alignmentPoints } from './alignment-points.ts';
import { ellipsoidHead } from './ellipsoid-head.ts';
import { photographEllipsoid } from './ellipsoid-photo.ts';
import { fit } from './fit.ts';
import { fitAverage } from './fit-average.ts';
import type { FitKit, FitStep } from './fit-step.ts';
import { PRESETS, type Preset } from './presets.ts';

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

const photographed = (yaw: number, identity: number[]): Observation =>
  photographEllipsoid(head, points, { yaw, identity, side: 200 });

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
}, 120_000);

test('fitAverage: photos keep their own pose, share one shape, and the loss falls', async () => {
  const steps = await listOf(fitAverage(parameters, observations, kit, { preset }));
  // Twice those of one photo.
  expect(steps).toHaveLength(10);
  const last = steps[9];
  expect(last.parameters.photos).toHaveLength(2);
  const [a, b] = last.parameters.photos.map(({ camera }) => camera.position[0]);
  expect(Math.abs(a - b)).toBeGreaterThan(100);
  expect(last.total).toBeLessThan(steps[0].total);
  // Had the average not been sent back, each photo would go on from its own shape.
  const alone = await listOf(
    fit({ ...parameters, photos: [parameters.photos[0]] }, [observations[0]], kit, {
      preset: { ...preset, iterations: 10 },
    }),
  );
  expect(last.parameters.identity).not.toEqual(alone[9].parameters.identity);
  await expect(
    listOf(fitAverage(parameters, observations, kit, { preset, resume: alone[0].state })),
  ).rejects.toThrow('must start from its beginning');
}, 120_000);
