import { HARMONIC_FACTORS } from '../render/light.ts';

/**
 * What is believed of the light of a photo, in second-order harmonics: near to an even white light of strength one, because
 * the textures that the models learn from keep the mean brightness and tone of their photos, and lamps differ in direction
 * more than in colour.
 *
 * Each of the nine functions has three entries: brightness and two differences of colour (an orthonormal basis of RGB).
 */
export interface LightPrior {
  /** `[n]`: 27 harmonics as `[9, 3]`, or the nine numbers of a lamp. */
  readonly mean: Float32Array;
  /** Whitening: row i times (light - mean) is N(0, 1), `[n, n]`. */
  readonly whitening: Float32Array;
}

/** Standard deviations of the shading that each order brings: of the brightness, and of its colour. */
const DEVIATIONS = [
  { brightness: 0.2, color: 0.04 },
  { brightness: 0.35, color: 0.06 },
  { brightness: 0.12, color: 0.03 },
] as const;
const ORDERS = [0, 1, 1, 1, 2, 2, 2, 2, 2];
/** RGB to brightness, red against green, both against blue. */
const AXES = [
  [1, 1, 1].map((value) => value / Math.sqrt(3)),
  [1, -1, 0].map((value) => value / Math.sqrt(2)),
  [1, 1, -2].map((value) => value / Math.sqrt(6)),
];

/** The prior of {@link LightPrior}. */
export const LIGHT_PRIOR: LightPrior = lightPrior();

function lightPrior(): LightPrior {
  const mean = new Float32Array(27);
  mean.fill(1 / HARMONIC_FACTORS[0], 0, 3);
  const whitening = new Float32Array(27 * 27);
  ORDERS.forEach((order, k) => {
    AXES.forEach((axis, j) => {
      const { brightness, color } = DEVIATIONS[order];
      // A shading of d in all three channels has length d sqrt(3) along the first axis.
      const deviation = ((j === 0 ? brightness : color) * Math.sqrt(3)) / HARMONIC_FACTORS[k];
      axis.forEach((value, c) => {
        whitening[(3 * k + j) * 27 + 3 * k + c] = value / deviation;
      });
    });
  });
  return { mean, whitening };
}

/** The same for one lamp beside ambient light, as `lightVector` lists them: colors near white, a lamp somewhere in front. */
export const LAMP_PRIOR: LightPrior = lampPrior();

function lampPrior(): LightPrior {
  const mean = Float32Array.of(0.7, 0.7, 0.7, 0.4, 0.4, 0.4, 0, 0.5, 1.5);
  const deviations = [0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 1.5, 1, 1];
  const whitening = new Float32Array(81);
  deviations.forEach((deviation, i) => {
    whitening[10 * i] = 1 / deviation;
  });
  return { mean, whitening };
}

/** Half the squared whitened deviation of a light, `[27]`. */
export function lightPriorCost(light: ArrayLike<number>, prior: LightPrior = LIGHT_PRIOR): number {
  let cost = 0;
  for (let i = 0; i < 27; i++) {
    let sum = 0;
    for (let j = 0; j < 27; j++) sum += prior.whitening[27 * i + j] * (light[j] - prior.mean[j]);
    cost += 0.5 * sum * sum;
  }
  return cost;
}
