import { GanfitError } from '../../error.ts';
import { type RandomStream, randomStream } from '../../random/index.ts';
import type { FeedData, Graph, Runtime } from '../../runtime/index.ts';
import { drawAugmentation } from './augment.ts';
import { mapsAt, type TextureSet } from './texture-set.ts';
import { compileGanGraphs, type GanGraphs } from './training-graphs.ts';
import { completeTraining, type GanTraining, type GanTrainingOptions, phaseAt } from './training-options.ts';
import { type GanTrainingState, startTraining } from './training-state.ts';

/** What a step tells. */
export interface GanStep {
  /** As it stands after the step; it changes with the next one. */
  readonly state: GanTrainingState;
  readonly resolution: number;
  /** How far the resolution is faded in. */
  readonly alpha: number;
  /** Number of the phase, counted from 0. */
  readonly phase: number;
  readonly discriminatorLoss: number;
  readonly generatorLoss: number;
}

/** What a training goes on from and whom it tells. */
export interface TrainGanContext {
  /** Changed in place; a new one by default. */
  readonly state?: GanTrainingState;
  /** Called after every step; the next one waits for it. */
  readonly onStep?: (step: GanStep) => void | Promise<void>;
  /** Ends the training between two steps. */
  readonly signal?: AbortSignal;
}

/**
 * Trains a generator of textures by progressive growing (Karras et al. 2018).
 *
 * The same options, maps and state give the same numbers on the CPU: a training that was stopped and goes on from its
 * state ends as one that was not.
 *
 * @param set The real maps; at least as large as the last phase's resolution.
 * @returns The state after the last step, also when it was stopped.
 * @throws GanfitError `input` when options or maps do not fit, `runtime` when a loss is no longer finite.
 */
export async function trainGan(
  runtime: Runtime,
  set: TextureSet,
  options: GanTrainingOptions,
  {
    state = startTraining(completeTraining(options).architecture, options.seed ?? 0),
    onStep,
    signal,
  }: TrainGanContext = {},
): Promise<GanTrainingState> {
  const training = completeTraining(options);
  let graphs: GanGraphs | undefined;
  let fading = false;
  let maps: Uint8Array = new Uint8Array(0);
  const spare = new Map<string, Float32Array>();
  try {
    for (;;) {
      const { resolution, alpha, index, done } = phaseAt(training, state.images);
      if (done || signal?.aborted) return state;
      if (graphs?.resolution !== resolution || fading !== alpha < 1) {
        if (graphs?.resolution !== resolution) maps = mapsAt(set, resolution);
        await graphs?.dispose();
        fading = alpha < 1;
        graphs = await compileGanGraphs(runtime, training, resolution, fading);
      }
      const losses = await step({ training, graphs, state, maps, alpha, spare });
      if (!Number.isFinite(losses.discriminatorLoss + losses.generatorLoss)) {
        throw new GanfitError(
          'runtime',
          `training: the losses must stay finite, got ${losses.discriminatorLoss} and ${losses.generatorLoss} after ` +
            `${state.steps} steps. Go on from the last checkpoint with a smaller learning rate.`,
        );
      }
      await onStep?.({ state, resolution, alpha, phase: index, ...losses });
    }
  } finally {
    await graphs?.dispose();
  }
}

interface StepContext {
  readonly training: GanTraining;
  readonly graphs: GanGraphs;
  readonly state: GanTrainingState;
  readonly maps: Uint8Array;
  readonly alpha: number;
  readonly spare: Map<string, Float32Array>;
}

async function step(context: StepContext): Promise<Pick<GanStep, 'discriminatorLoss' | 'generatorLoss'>> {
  const { training, graphs, state, maps, alpha, spare } = context;
  const { batch, criticSteps, architecture, penaltyEvery } = training;
  const { resolution } = graphs;
  // A stream for each step, so that a checkpoint needs no more than the step's number.
  const random = randomStream(training.seed, `step ${state.steps}`);
  const latent = () => Float32Array.from({ length: batch * architecture.latentSize }, () => random.normal());
  const weights = {
    ...prefixed('generator', graphs.generatorNames, state.generator),
    ...prefixed('discriminator', graphs.discriminatorNames, state.discriminator),
    alpha: Float32Array.of(alpha),
  };
  const changes = (which: string) =>
    training.augmentation === 0
      ? {}
      : prefixed(which, CHANGES, drawAugmentation(random, batch, resolution, state.augmentation));
  if (typeof training.augmentation === 'number') state.augmentation = training.augmentation;

  let discriminatorLoss = 0;
  for (let i = 0; i < criticSteps; i++) {
    const number = state.steps * criticSteps + i;
    const graph = number % penaltyEvery === 0 ? graphs.judgeWithPenalty : graphs.judge;
    const found = await advance(graph, graphs.discriminatorNames, 'discriminator', state, spare, {
      ...weights,
      real: drawBatch(random, maps, batch, resolution, training.mirror),
      latent: latent(),
      mixture: Float32Array.from({ length: batch }, () => random.uniform()),
      ...changes('real'),
      ...changes('fake'),
      step: Float32Array.of(number + 1),
    });
    Object.assign(weights, prefixed('discriminator', graphs.discriminatorNames, state.discriminator));
    discriminatorLoss = found.loss[0];
    state.realSign += 0.05 * (found.sign[0] - state.realSign);
    state.images += batch;
  }
  state.generatorSteps++;
  const { loss } = await advance(graphs.make, graphs.generatorNames, 'generator', state, spare, {
    ...weights,
    latent: latent(),
    ...changes('fake'),
    step: Float32Array.of(state.generatorSteps),
  });
  state.steps++;
  average(state, graphs.generatorNames, training.averageHalfLife, batch * criticSteps);
  if (training.augmentation === 'adaptive') {
    // From 0 to 1 in 100 000 pictures; more than 0.8 would show in what is made (Karras et al. 2020, section 2.2).
    const change = (Math.sign(state.realSign - 0.6) * batch) / 100_000;
    state.augmentation = Math.min(0.8, Math.max(0, state.augmentation + change));
  }
  return { discriminatorLoss, generatorLoss: loss[0] };
}

const CHANGES = ['brightness', 'contrast', 'saturation', 'rows', 'columns', 'keep'];

/** Runs a step's graph and puts the new numbers in the place of the old, whose arrays receive those of the next step. */
async function advance(
  graph: Graph<string>,
  names: readonly string[],
  network: 'generator' | 'discriminator',
  state: GanTrainingState,
  spare: Map<string, Float32Array>,
  feeds: Readonly<Record<string, FeedData>>,
): Promise<Record<string, Float32Array>> {
  const weights = state[network];
  const moments = state[`${network}Moments`];
  const free = (name: string, like: Float32Array) =>
    spare.get(`${network} ${name}`) ?? new Float32Array(like.length);
  const into: Record<string, Float32Array> = {};
  for (const name of names) {
    into[`next ${name}`] = free(name, weights[name]);
    into[`next moment ${name}`] = free(`moment ${name}`, moments[name]);
  }
  const found = await graph.run({ ...prefixed('moment', names, moments), ...feeds }, into);
  for (const name of names) {
    spare.set(`${network} ${name}`, weights[name]);
    spare.set(`${network} moment ${name}`, moments[name]);
    weights[name] = found[`next ${name}`];
    moments[name] = found[`next moment ${name}`];
  }
  return found;
}

/** Pulls the averaged generator towards the present one. At the beginning it follows faster, else it kept the first noise. */
function average(state: GanTrainingState, names: readonly string[], halfLife: number, shown: number): void {
  const life = Math.min(halfLife, Math.max(1, 0.05 * state.images));
  const share = 1 - 0.5 ** (shown / life);
  for (const name of names) {
    const [to, from] = [state.average[name], state.generator[name]];
    for (let i = 0; i < to.length; i++) to[i] += share * (from[i] - to[i]);
  }
}

/** Real maps as the discriminator sees them, `[batch, 3, R, R]`, -1 to 1. */
function drawBatch(
  random: RandomStream,
  maps: Uint8Array,
  batch: number,
  resolution: number,
  mirror: boolean,
): Float32Array {
  const size = 3 * resolution * resolution;
  const result = new Float32Array(batch * size);
  for (let n = 0; n < batch; n++) {
    const from = random.index(maps.length / size) * size;
    const turned = random.uniform() < 0.5 && mirror;
    for (let i = 0; i < size; i++) {
      const column = i % resolution;
      const source = turned ? i - column + (resolution - 1 - column) : i;
      result[n * size + i] = maps[from + source] / 127.5 - 1;
    }
  }
  return result;
}

function prefixed(
  prefix: string,
  names: readonly string[],
  arrays: Readonly<Record<string, Float32Array>>,
): Record<string, Float32Array> {
  return Object.fromEntries(names.map((name) => [`${prefix} ${name}`, arrays[name]]));
}
