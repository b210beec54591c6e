import { type AdamState, adam } from '../../nn/index.ts';
import { randomStream } from '../../random/index.ts';
import type { Runtime } from '../../runtime/index.ts';
import { abs, constant, div, gradients, input, mul, sub, sum } from '../../tensor/index.ts';
import { isHybrid } from '../hybrid/hybrid-model.ts';
import { projectHybrid } from '../hybrid/project-hybrid.ts';
import type { TextureModel } from '../model.ts';
import type { PcaTextureModel } from '../pca/pca-model.ts';
import { type PartialTexture, projectTexture, shrinkPartial } from '../pca/project-texture.ts';

/** How a texture is inverted. */
export interface InvertOptions {
  /** The resolution that is compared, one of the model's. */
  readonly resolution: number;
  /** Steps of Adam. Default 80. */
  readonly steps?: number;
  /** Starts for a model without a closed form. Default 3. */
  readonly starts?: number;
  readonly seed?: number;
}

/** Finds latents of textures; made once for a model. */
export interface TextureInverter {
  /** @returns The latent and the mean absolute difference where the texture is known, colors from -1 to 1. */
  readonly invert: (
    texture: PartialTexture,
  ) => Promise<{ readonly latent: Float32Array; readonly loss: number }>;
  dispose(): Promise<void>;
}

/** Adam's step at the start; it falls to nothing along a cosine. */
const RATE = 0.05;

/**
 * Prepares `min |G(p) - I_uv|` (Gecer et al. 2019, below equation 5) on what is known of a texture.
 *
 * A linear model, or one with a linear base, starts at its closed form, others at zero and at random latents, of which the best one counts; then Adam
 * follows the gradient of the absolute difference.
 */
export async function textureInverter(
  runtime: Runtime,
  model: TextureModel,
  { resolution, steps = 80, starts = 3, seed = 0 }: InvertOptions,
): Promise<TextureInverter> {
  const texels = resolution * resolution;
  const latent = input('latent', [1, model.latentSize]);
  const target = input('target', [1, 3, resolution, resolution]);
  const weight = input('weight', [1, 1, resolution, resolution]);
  const miss = mul(abs(sub(model.synthesize(latent, { resolution }), target)), weight);
  const loss = div(sum(miss), mul(3, sum(weight)));
  const state: AdamState = {
    parameter: latent,
    first: input('first', latent.shape),
    second: input('second', latent.shape),
  };
  const rate = input('rate', []);
  const next = adam(state, gradients(loss, [latent])[0], input('step', []), { learningRate: rate });
  const graph = await runtime.compile({
    loss: mul(loss, constant([1], [])),
    latentNext: next.parameter,
    firstNext: next.first,
    secondNext: next.second,
  });
  const zeros = new Float32Array(model.latentSize);

  async function descend(start: Float32Array, feeds: Record<string, Float32Array>) {
    let [best, bestLoss] = [start, Number.POSITIVE_INFINITY];
    let [parameter, first, second]: Float32Array[] = [start, zeros, zeros];
    for (let step = 1; step <= steps + 1; step++) {
      const share = Math.min(1, (step - 1) / steps);
      const result = await graph.run({
        ...feeds,
        latent: parameter,
        first,
        second,
        step: Float32Array.of(step),
        rate: Float32Array.of(RATE * 0.5 * (1 + Math.cos(Math.PI * share))),
      });
      // The loss is that of the latent that went in.
      if (result.loss[0] < bestLoss) [best, bestLoss] = [parameter, result.loss[0]];
      [parameter, first, second] = [result.latentNext, result.firstNext, result.secondNext];
    }
    return { latent: best, loss: bestLoss };
  }

  return {
    async invert(texture) {
      const small = shrinkPartial(texture, resolution);
      const feeds = { target: small.color, weight: small.confidence.subarray(0, texels) };
      const random = randomStream(seed, 'starts');
      const projected = closedForm(model, texture);
      const first = projected ?? zeros;
      const others = projected ? 0 : starts - 1;
      let best = await descend(first, feeds);
      for (let i = 0; i < others; i++) {
        const start = Float32Array.from(zeros, () => random.normal());
        const found = await descend(start, feeds);
        if (found.loss < best.loss) best = found;
      }
      return best;
    },
    dispose: () => graph.dispose(),
  };
}

/** Of the closed form: less than the most probable latent's, since Adam, which follows, has none. */
const PRIOR = 0.1;

function closedForm(model: TextureModel, texture: PartialTexture): Float32Array | undefined {
  if (isLinear(model)) return projectTexture(model.pca, texture, { prior: PRIOR });
  return isHybrid(model) ? projectHybrid(model, texture, { prior: PRIOR }) : undefined;
}

function isLinear(model: TextureModel): model is PcaTextureModel {
  return 'pca' in model;
}
