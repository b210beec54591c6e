import * as stages from '@ganfit/core/fit';
import { type NetworkKit, type Observation, observe } from '@ganfit/core/networks';
import type { Runtime } from '@ganfit/core/runtime';
import { evaluateShape, type ShapeModel } from '@ganfit/core/shape';
import type { TextureModel } from '@ganfit/core/texture';

/** What is compared between browser and Node. */
export interface FirstSteps {
  /** Checksum of the decoded photo. */
  readonly photo: number;
  /** As the network found them, pixels, `[136]`. */
  readonly landmarks: number[];
  /** After the closed steps; millimetres, `[3 V]`, with the expression of the photo. */
  readonly vertices: number[];
  /** Total loss of each closed step. */
  readonly closed: number[];
  /** Total loss of each of Adam's steps that follow. */
  readonly joint: number[];
}

const { balanced } = stages.PRESETS;
// No fine steps: once nothing is left to gain they end early, and rounding decides when.
// Adam's first steps are as long as the rate in every unknown, also where rounding decides which way: at the preset's 0.07 that alone
// is 3 % of the loss.
const PRESET = { ...balanced, start: { skin: 4, coarse: 16, fine: 0 }, iterations: 4, learningRate: 0.02 };

/** Twenty closed steps of a fit of the face in a photo and four of Adam's, from looking at it on. */
export async function firstSteps(
  image: Observation['image'],
  kit: {
    readonly model: ShapeModel;
    readonly networks: NetworkKit;
    readonly runtime: Runtime;
    readonly texture?: TextureModel;
  },
): Promise<FirstSteps> {
  const { model, networks, runtime, texture } = kit;
  const [observation] = await observe(image, networks);
  let { parameters } = stages.align(model, [observation]);
  const fitKit = { model, runtime, identity: networks.identity, texture };
  const totals = { photometric: [] as number[], joint: [] as number[] };
  let closed = parameters;
  for await (const step of stages.fit(parameters, [observation], fitKit, { preset: PRESET })) {
    ({ parameters } = step);
    if (step.stage === 'photometric') closed = parameters;
    totals[step.stage].push(step.total);
  }
  const vertices = evaluateShape(model, closed.identity, closed.photos[0].expression);
  let photo = 7;
  for (const value of image.data) photo = (31 * photo + value) % 2 ** 32;
  const landmarks = [...observation.landmarks];
  return { photo, landmarks, vertices: [...vertices], closed: totals.photometric, joint: totals.joint };
}
