import {
  add,
  gradients,
  mean,
  mul,
  neg,
  type Operand,
  softplus,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
} from '../../tensor/index.ts';
import { fade } from './generator.ts';

/** What the two networks play for. */
export interface GanLossOptions {
  /**
   * `wgan-gp`: Wasserstein distance with a gradient penalty (Gulrajani et al. 2017) and drift, as Karras et al. 2018;
   * `non-saturating`: the logistic loss of Goodfellow et al. 2014 with R1 (Mescheder et al. 2018), kinder to small sets.
   */
  readonly kind?: 'wgan-gp' | 'non-saturating';
  /** Factor of the penalty: λ of WGAN-GP, 10 by default, or γ of R1, 1 by default. */
  readonly penalty?: number;
  /** Factor of the squared scores of real pictures in WGAN-GP, which would drift away; 1e-3 by default. */
  readonly drift?: number;
}

/** The penalty's usual factor for each kind of loss. */
const PENALTIES = { 'wgan-gp': 10, 'non-saturating': 1 } as const;

/** What the discriminator sees in one step. */
export interface DiscriminatorView {
  /** Scores of pictures, `[N, 3, R, R]` to `[N]`. */
  readonly score: (textures: Tensor) => Tensor;
  /** `[N, 3, R, R]`. */
  readonly real: Tensor;
  /** `[N, 3, R, R]`. */
  readonly fake: Tensor;
  /** Uniform in [0, 1], `[N, 1, 1, 1]`: where between real and fake WGAN-GP looks. */
  readonly mixture: Tensor;
}

/**
 * Traces the discriminator's loss.
 *
 * @param penaltyFactor A further factor of the penalty; 0 leaves it out, more than 1 makes up for steps that do.
 * @returns The loss, `[]`, and the scores of the real pictures, `[N]`.
 */
export function discriminatorLoss(
  { score, real, fake, mixture }: DiscriminatorView,
  options: GanLossOptions = {},
  penaltyFactor = 1,
): { readonly loss: Tensor; readonly realScores: Tensor } {
  const { kind = 'wgan-gp', drift = 1e-3 } = options;
  const weight = (options.penalty ?? PENALTIES[kind]) * penaltyFactor;
  const [realScores, fakeScores] = [score(real), score(fake)];
  const plain =
    kind === 'wgan-gp'
      ? add(sub(mean(fakeScores), mean(realScores)), mul(mean(square(realScores)), drift))
      : add(mean(softplus(neg(realScores))), mean(softplus(fakeScores)));
  if (weight === 0) return { loss: plain, realScores };
  const penalty =
    kind === 'wgan-gp'
      ? mul(gradientPenalty(score, fade(real, fake, mixture)), weight)
      : mul(mean(squaredSlopes(score, real)), weight / 2);
  return { loss: add(plain, penalty), realScores };
}

/** Traces the generator's loss from the scores of its pictures, `[N]`. */
export function generatorLoss(scores: Tensor, { kind = 'wgan-gp' }: GanLossOptions = {}): Tensor {
  return kind === 'wgan-gp' ? neg(mean(scores)) : mean(softplus(neg(scores)));
}

/**
 * Traces how far the slopes of scores are from one: the mean of (|∇score| - 1)² (Gulrajani et al. 2017, equation 3).
 *
 * @param between Pictures between real and fake ones, `[N, 3, R, R]`.
 */
export function gradientPenalty(
  score: DiscriminatorView['score'],
  between: Tensor,
  target: Operand = 1,
): Tensor {
  // The small number keeps the root's slope finite where the score is flat.
  return mean(square(sub(sqrt(add(squaredSlopes(score, between), 1e-12)), target)));
}

/** |∇score|² of each picture, `[N]`. Pictures of one batch share their deviation; its slopes are counted too. */
function squaredSlopes(score: DiscriminatorView['score'], textures: Tensor): Tensor {
  const [slopes] = gradients(sum(score(textures)), [textures]);
  return sum(square(slopes), [1, 2, 3]);
}
