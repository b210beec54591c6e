import { adam } from '../../nn/index.ts';
import type { Graph, Runtime } from '../../runtime/index.ts';
import {
  averagePool,
  constant,
  gradients,
  input,
  mean,
  sign,
  type Tensor,
  upsampleNearest,
} from '../../tensor/index.ts';
import {
  discriminatorShapes,
  equalize,
  generatorShapes,
  type NamedShapes,
  usedNames,
} from './architecture.ts';
import { type Augmentation, augment, augmentationShapes } from './augment.ts';
import { discriminate } from './discriminator.ts';
import { fade, generate } from './generator.ts';
import { discriminatorLoss, generatorLoss } from './losses.ts';
import type { GanTraining } from './training-options.ts';

/** The compiled steps of one resolution, with or without its fading in. */
export interface GanGraphs {
  readonly resolution: number;
  /** Weights that take part, and so are read and written by the graphs. */
  readonly generatorNames: readonly string[];
  readonly discriminatorNames: readonly string[];
  /** Discriminator's step with the penalty; writes `loss`, `sign`, `next NAME` and `moment NAME`. */
  readonly judgeWithPenalty: Graph<string>;
  /** The same without the penalty; the same graph where every step has one. */
  readonly judge: Graph<string>;
  /** Generator's step; writes `loss`, `next NAME` and `moment NAME`. */
  readonly make: Graph<string>;
  readonly dispose: () => Promise<void>;
}

/**
 * Traces and compiles one step of each network. Graphs read `generator NAME`, `discriminator NAME` and `moment NAME`, and give
 * the numbers after Adam's step.
 */
export async function compileGanGraphs(
  runtime: Runtime,
  training: GanTraining,
  resolution: number,
  fading: boolean,
): Promise<GanGraphs> {
  const { architecture, batch, loss: lossOptions, learningRate, penaltyEvery } = training;
  const made = generatorShapes(architecture);
  const judged = discriminatorShapes(architecture);
  const generatorNames = usedNames(made, resolution, fading);
  const discriminatorNames = usedNames(judged, resolution, fading);
  const generator = inputs('generator', made, generatorNames);
  const discriminator = inputs('discriminator', judged, discriminatorNames);
  const grown = { resolution, alpha: fading ? input('alpha', []) : 1 };
  const changes = (which: string) =>
    Object.fromEntries(
      Object.entries(augmentationShapes(batch, resolution)).map(([name, shape]) => [
        name,
        input(`${which} ${name}`, shape),
      ]),
    ) as unknown as Augmentation;
  const seen = (textures: Tensor, which: string) =>
    training.augmentation === 0 ? textures : augment(textures, changes(which));

  const latent = input('latent', [batch, architecture.latentSize]);
  const fake = seen(generate(equalize(generator), latent, architecture, grown), 'fake');
  const judgeWeights = equalize(discriminator);
  const score = (textures: Tensor) => discriminate(judgeWeights, textures, architecture, grown);

  // While a level fades in, real pictures are blurred as much as the made ones.
  const raw = input('real', [batch, 3, resolution, resolution]);
  const shown = fading ? fade(upsampleNearest(averagePool(raw, 2)), raw, grown.alpha) : raw;
  const real = seen(shown, 'real');
  const mixture = input('mixture', [batch, 1, 1, 1]);
  const judgeStep = (penaltyFactor: number) => {
    const { loss, realScores } = discriminatorLoss(
      { score, real, fake, mixture },
      lossOptions,
      penaltyFactor,
    );
    return runtime.compile({
      loss,
      sign: mean(sign(realScores)),
      ...stepOf(loss, discriminator, judged, learningRate),
    });
  };
  const judgeWithPenalty = await judgeStep(penaltyEvery);
  const judge = penaltyEvery === 1 ? judgeWithPenalty : await judgeStep(0);
  const loss = generatorLoss(score(fake), lossOptions);
  const make = await runtime.compile({ loss, ...stepOf(loss, generator, made, learningRate) });
  return {
    resolution,
    generatorNames,
    discriminatorNames,
    judgeWithPenalty,
    judge,
    make,
    async dispose() {
      await judgeWithPenalty.dispose();
      if (judge !== judgeWithPenalty) await judge.dispose();
      await make.dispose();
    },
  };
}

/** Adam (0, 0.99) on all of a network's weights (Karras et al. 2018, appendix A). */
function stepOf(
  loss: Tensor,
  weights: Readonly<Record<string, Tensor>>,
  shapes: NamedShapes,
  learningRate: number,
): Record<string, Tensor> {
  const names = Object.keys(weights);
  const slopes = gradients(
    loss,
    names.map((name) => weights[name]),
  );
  const step = input('step', []);
  const outputs: Record<string, Tensor> = {};
  for (const [i, name] of names.entries()) {
    // At β₁ = 0 the first moment is the gradient, whatever it was before.
    const state = {
      parameter: weights[name],
      first: constant([0], [1]),
      second: input(`moment ${name}`, shapes[name]),
    };
    const next = adam(state, slopes[i], step, { learningRate, beta1: 0, beta2: 0.99 });
    outputs[`next ${name}`] = next.parameter;
    outputs[`next moment ${name}`] = next.second;
  }
  return outputs;
}

function inputs(network: string, shapes: NamedShapes, names: readonly string[]): Record<string, Tensor> {
  return Object.fromEntries(names.map((name) => [name, input(`${network} ${name}`, shapes[name])]));
}
