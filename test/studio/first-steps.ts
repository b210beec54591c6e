import * as stages from '@ganfit/core/fit';
import { type NetworkKit, type Observation, observe } from '@ganfit/core/networks';
import type { Runtime } from '@ganfit/core/runtime';
import { evaluateShape, type ShapeModel } from '@ganfit/core/shape';

/** What is compared between browser and Node. */
export interface FirstSteps {
  /** Millimetres, `[3 V]`, with the expression of the photo. */
  readonly vertices: number[];
  /** Total loss of each step. */
  readonly totals: number[];
}

const STEPS = 20;

/** Twenty steps of stage B on the largest face of a photo, from looking at it on. */
export async function firstSteps(
  image: Observation['image'],
  kit: { readonly model: ShapeModel; readonly networks: NetworkKit; readonly runtime: Runtime },
): Promise<FirstSteps> {
  const { model, networks, runtime } = kit;
  const [observation] = await observe(image, networks);
  let { parameters } = stages.align(model, [observation]);
  const start = { skin: 0, coarse: 0, fine: 0 };
  const preset = { ...stages.PRESETS.balanced, start, learningRate: 0.05, iterations: STEPS, plateau: -1 };
  const totals: number[] = [];
  for await (const step of stages.fit(
    parameters,
    [observation],
    { model, runtime, identity: networks.identity },
    { preset },
  )) {
    ({ parameters } = step);
    totals.push(step.total);
  }
  const vertices = evaluateShape(model, parameters.identity, parameters.photos[0].expression);
  return { vertices: [...vertices], totals };
}
