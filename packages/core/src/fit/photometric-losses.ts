import { cameraPrior } from './camera-prior.ts';
import { type landmarkTargets, residualsOf } from './landmark-residuals.ts';
import { lightPriorCost } from './light-prior.ts';
import type { PhotometricProblem } from './photometric-problem.ts';
import { type PhotometricState, surfaceOf } from './photometric-state.ts';
import { whitenShape } from './shape-prior.ts';
import { factorField, withoutField } from './smooth-misfit.ts';
import { surfaceRows } from './surface-rows.ts';

/** Terms of the cost, by the names of the joint fit. */
export interface PhotometricLosses {
  readonly landmark: number;
  readonly pixel: number;
  readonly prior: number;
  readonly texture: number;
  readonly light: number;
}

/** What each sample counts, `[N]`, and the smooth misfits' equations at these weights, factored. */
export interface SampleWeights {
  readonly values: Float32Array;
  readonly factor: Float64Array;
}

/** What a step holds fixed of one photo: what its samples count, and where its landmarks belong. */
export interface StepWeights {
  /** How well each sample is seen, in [0, 1]. */
  readonly trust: Float32Array;
  /** Square of the robust deviation of one channel. */
  readonly squared: number;
  readonly weights: SampleWeights;
  readonly matches: ReturnType<ReturnType<typeof landmarkTargets>>;
}

/** Sum of the terms. */
export function totalOf({ landmark, pixel, prior, texture, light }: PhotometricLosses): number {
  return landmark + pixel + prior + texture + light;
}

/** Terms of the cost of a state under a step's weights, on the photo blurred `blur` times. */
export function lossesOf(
  problem: PhotometricProblem,
  state: PhotometricState,
  held: readonly StepWeights[],
  blur: number,
): PhotometricLosses {
  const { points, samples, texture, settings } = problem;
  const { freedom, noise, correlated } = settings;
  const losses = { ...priorLosses(state, problem), landmark: 0, pixel: 0 };
  state.photos.forEach((photo, p) => {
    const { trust, squared, weights, matches } = held[p];
    losses.landmark +=
      settings.landmarks * residualsOf(points, state.identity, photo, matches, noise.freedom);
    const { residuals } = surfaceRows(
      problem.kits[p].pyramid,
      surfaceOf(problem, state, p),
      samples,
      texture,
      points.identityCount,
      { blur, columns: 0, trust },
    );
    const { rest, cost } = leftOver(problem, residuals, weights);
    losses.pixel += cost;
    for (let n = 0; n < trust.length; n++) {
      if (trust[n] === 0) continue;
      const r2 = (rest[3 * n] ** 2 + rest[3 * n + 1] ** 2 + rest[3 * n + 2] ** 2) / squared;
      losses.pixel += ((0.5 * (freedom + 3)) / correlated) * trust[n] * Math.log1p(r2 / freedom);
    }
  });
  return losses;
}

/** Differences that are left when the best field is taken off, and what that field costs. */
function leftOver(
  { field, settings }: PhotometricProblem,
  residuals: Float32Array,
  { values, factor }: SampleWeights,
) {
  if (settings.misfit === 0) return { rest: residuals, cost: 0 };
  return withoutField(field, residuals, values, factor, settings.misfit);
}

/** What each sample counts (Student's likelihood), by what is left of its difference. */
export function sampleWeights(
  problem: PhotometricProblem,
  residuals: Float32Array,
  trust: Float32Array,
  squared: number,
): SampleWeights {
  const { field } = problem;
  const { freedom, correlated, misfit } = problem.settings;
  const weigh = (rest: Float32Array): SampleWeights => {
    const values = trust.map((seen, n) => {
      const r2 = (rest[3 * n] ** 2 + rest[3 * n + 1] ** 2 + rest[3 * n + 2] ** 2) / squared;
      return (seen * (freedom + 3)) / (freedom + r2) / (squared * correlated);
    });
    return { values, factor: misfit > 0 ? factorField(field, values, misfit) : new Float64Array(0) };
  };
  const first = weigh(residuals);
  return misfit > 0 ? weigh(leftOver(problem, residuals, first).rest) : first;
}

/** Robust deviation of one channel where the face is seen. */
export function scaleOf(residuals: Float32Array, trust: Float32Array, least: number): number {
  const sizes: number[] = [];
  for (let n = 0; n < trust.length; n++) {
    if (trust[n] > 0.3) sizes.push(Math.hypot(residuals[3 * n], residuals[3 * n + 1], residuals[3 * n + 2]));
  }
  const sorted = Float32Array.from(sizes).sort();
  // The median length of a vector of three normal variables is 1.54 deviations.
  return Math.max(least, (sorted[sorted.length >> 1] ?? 0) / 1.54);
}

function priorLosses(
  { identity, latent, photos }: PhotometricState,
  { observations, prior }: PhotometricProblem,
) {
  const half = (values: ArrayLike<number>): number => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += 0.5 * values[i] ** 2;
    return sum;
  };
  let [shape, light] = [half(whitenShape(prior, identity)), 0];
  photos.forEach((photo, p) => {
    const camera = cameraPrior(observations[p]);
    shape += half([
      ...photo.expression,
      (photo.logFocal - Math.log(camera.focal)) / camera.focalDeviation,
      (photo.logDistance - Math.log(camera.distance)) / camera.distanceDeviation,
    ]);
    light += lightPriorCost(photo.light);
  });
  return { prior: shape, texture: half(latent), light };
}
