import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { GanfitError } from '../error.ts';
import type { Observation } from '../networks/observation.ts';
import { createRuntime } from '../runtime/index.ts';
import { align } from './align.ts';
import { alignmentPoints } from './alignment-points.ts';
import { ellipsoidHead } from './ellipsoid-head.ts';
import { photographEllipsoid } from './ellipsoid-photo.ts';
import { fit } from './fit.ts';
import type { FitKit, FitOptions, FitStep } from './fit-step.ts';
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
  weights: { ...PRESETS.balanced.weights, pixel: 2000, identity: 20 },
  learningRate: 0.05,
  size: 96,
  iterations: 12,
  plateau: 0,
};

/** A photo of the head under a lamp, its landmarks off by some millimetres. */
const photographed = (yaw: number, identity: number[], seed: number, noise = 2): Observation =>
  photographEllipsoid(head, points, { yaw, identity, side: 240, noise, seed });

async function run(observations: readonly Observation[], options: FitOptions = {}): Promise<FitStep[]> {
  const { parameters } = align(head, observations, { points });
  const steps: FitStep[] = [];
  for await (const step of fit(parameters, observations, kit, { preset, ...options })) steps.push(step);
  return steps;
}

describe('fit', () => {
  it('lowers the joint loss and reports the share of every term', async () => {
    const steps = await run([photographed(0.3, [2, 1, -1, 1, 0, 0, 0, 0], 1)]);
    expect(steps).toHaveLength(12);
    const [first, last] = [steps[0], steps[11]];
    expect(last.total).toBeLessThan(first.total - 0.2);
    expect(last.losses.pixel).toBeLessThan(first.losses.pixel);
    const { identity, ...others } = last.losses;
    expect(Object.values(others).reduce((sum, value) => sum + value, 0)).toBeCloseTo(last.total, 4);
    // No identity network was given.
    expect(identity).toBe(0);
    expect(last.progress).toBe(1);
    expect(last.parameters.photos[0].light.kind).toBe('harmonics');
  });

  it('gives the same bits again, also when it is stopped and goes on', async () => {
    const observations = [photographed(-0.2, [1, -1, 1, 0, 1, 0, 0, 0], 2)];
    const whole = await run(observations);
    const again = await run(observations);
    expect(again[11].state.x).toEqual(whole[11].state.x);
    const rest = await run(observations, { resume: structuredClone(whole[4].state) });
    expect(rest).toHaveLength(7);
    // The resumed fit projects its first vertices in TypeScript, the other one in the graph: equal but for rounding.
    const { x } = rest[6].state;
    for (let i = 0; i < x.length; i++) expect(x[i]).toBeCloseTo(whole[11].state.x[i], 2);
  });

  it('shares the identity between photos', async () => {
    const identity = [1, 1, -1, 0, 0, 1, 0, 0];
    const steps = await run([photographed(-0.4, identity, 3), photographed(0.4, identity, 4)]);
    expect(steps).toHaveLength(24);
    const { parameters } = steps[23];
    expect(parameters.photos).toHaveLength(2);
    expect(steps[23].total).toBeLessThan(steps[0].total);
    expect(parameters.photos[0].camera.position[0]).not.toBeCloseTo(
      parameters.photos[1].camera.position[0],
      0,
    );
  });

  it('stops at once when told to', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(run([photographed(0, [0], 5)], { signal: controller.signal })).rejects.toThrow(GanfitError);
  });

  it('ends before its time on a plateau', async () => {
    const steps = await run([photographed(0, [0, 0, 0, 0, 0, 0, 0, 0], 6, 0)], {
      preset: { ...preset, iterations: 60, plateau: 0.02 },
    });
    expect(steps.length).toBeGreaterThanOrEqual(30);
    expect(steps.length).toBeLessThan(60);
  });
});
