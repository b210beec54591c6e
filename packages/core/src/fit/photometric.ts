import { GanfitError } from '../error.ts';
import type { Observation } from '../networks/observation.ts';
import type { Graph } from '../runtime/runtime.ts';
import { input } from '../tensor/index.ts';
import { seenSkin } from './albedo.ts';
import { arrowSystem, solveArrow } from './arrow-system.ts';
import { CAMERA_UNKNOWNS, landmarkTargets, linearize } from './landmark-residuals.ts';
import type { FitParameters } from './parameters.ts';
import { addLandmarks, addPriors, addProduct, freezeShape } from './photometric-equations.ts';
import {
  lossesOf,
  type PhotometricLosses,
  type StepWeights,
  sampleWeights,
  scaleOf,
  totalOf,
} from './photometric-losses.ts';
import {
  ownCount,
  type PhotometricKit,
  type PhotometricOptions,
  type PhotometricProblem,
  photometricProblem,
} from './photometric-problem.ts';
import {
  cameraOf,
  moved,
  type PhotometricState,
  parametersOf,
  photometricStart,
  surfaceOf,
} from './photometric-state.ts';
import { inverseFactor, traceProduct } from './smooth-misfit.ts';
import { surfaceRows } from './surface-rows.ts';

/** One step's outcome. */
export interface PhotometricStep {
  readonly iteration: number;
  /** Share of the steps that are done. */
  readonly progress: number;
  /** Negative logarithm of the posterior at the step's weights, up to a constant. */
  readonly cost: number;
  /** Its parts. */
  readonly losses: PhotometricLosses;
  /** Levenberg's damping of the next step. */
  readonly damping: number;
  readonly parameters: FitParameters;
}

/**
 * The classic photometric fit (paper Eq. 3) by Gauss-Newton: shape, expression, camera, skin and light that explain the
 * photo's colors on the face, its landmarks and the priors. In ten steps it goes where Adam takes hundreds, and its first
 * steps are the linear least squares for skin and light against the photo.
 *
 * Compares at the vertices of the face, each of which sees the photo where it projects. Student's weights keep hair, glasses
 * and hands from shaping or painting the face.
 *
 * @param parameters From `align`.
 */
export async function* fitPhotometric(
  parameters: FitParameters,
  observations: readonly Observation[],
  kit: PhotometricKit,
  options: PhotometricOptions = {},
): AsyncGenerator<PhotometricStep, void> {
  const problem = await photometricProblem(observations, kit, options);
  const { points, texture, samples, field, settings } = problem;
  const unknowns = points.identityCount + texture.count + ownCount(problem);
  const count = samples.vertices.length;
  const jacobian = input('jacobian', [3 * count, unknowns + 1]);
  const bumps = input('bumps', [count, field.count]);
  const inverse = input('inverse', [field.count, field.count]);
  const graph = await kit.runtime.compile({ product: traceProduct(jacobian, bumps, inverse) });
  try {
    let state = photometricStart(problem, parameters);
    const { skin, coarse, fine } = settings.steps;
    const total = skin + coarse + fine;
    let damping = options.resume?.damping ?? 1e-3;
    for (let iteration = options.resume?.iteration ?? 0; iteration < total; iteration++) {
      if (options.signal?.aborted) throw new GanfitError('cancelled', 'fit: the fit was stopped.');
      const blur = iteration < skin + coarse ? 1 : 0;
      const found = await step(problem, state, graph, { frozen: iteration < skin, blur, damping });
      ({ state, damping } = found);
      yield {
        iteration: iteration + 1,
        progress: (iteration + 1) / total,
        cost: totalOf(found.losses),
        losses: found.losses,
        damping,
        parameters: parametersOf(state),
      };
      if (found.stuck && iteration >= skin + coarse) break;
    }
  } finally {
    await graph.dispose();
  }
}

/** One damped step; a step that raises the cost is tried again, shorter. */
async function step(
  problem: PhotometricProblem,
  state: PhotometricState,
  graph: Graph<'product'>,
  how: { readonly frozen: boolean; readonly blur: number; readonly damping: number },
): Promise<{ state: PhotometricState; losses: PhotometricLosses; damping: number; stuck: boolean }> {
  const { points, observations, samples, texture, settings } = problem;
  const { noise } = settings;
  const shared = points.identityCount + texture.count;
  const own = ownCount(problem);
  const system = arrowSystem(shared, own, observations.length);
  const columns = shared + own + 1;
  const small = arrowSystem(
    points.identityCount,
    CAMERA_UNKNOWNS + points.expressionCount,
    observations.length,
  );
  const held: StepWeights[] = [];
  for (let p = 0; p < observations.length; p++) {
    const surface = surfaceOf(problem, state, p);
    const seen = seenSkin(problem.kits[p], cameraOf(state.photos[p]), surface.vertices, surface.normals);
    const trust = Float32Array.from(samples.vertices, (v) => seen[v]);
    const { pyramid } = problem.kits[p];
    const { residuals, jacobian } = surfaceRows(pyramid, surface, samples, texture, points.identityCount, {
      blur: how.blur,
      columns,
      trust,
      frozen: how.frozen,
    });
    if (!jacobian) throw new Error('photometric: no Jacobian');
    const squared = scaleOf(residuals, trust, settings.deviation) ** 2;
    const weights = sampleWeights(problem, residuals, trust, squared);
    const { logFocal, logDistance } = state.photos[p];
    const match = landmarkTargets(observations[p], noise, Math.exp(logFocal - logDistance));
    const matches = match(points, state.identity, state.photos[p]);
    held.push({ trust, squared, weights, matches });
    const { count, values } = problem.field;
    const bumps = new Float32Array(values.length);
    for (let n = 0; n < trust.length; n++) {
      if (weights.values[n] === 0) continue;
      const root = Math.sqrt(weights.values[n]);
      for (let k = 0; k < count; k++) bumps[n * count + k] = root * values[n * count + k];
      for (let row = 3 * n; row < 3 * n + 3; row++) {
        const at = row * columns;
        for (let k = 0; k < columns - 1; k++) jacobian[at + k] *= root;
        jacobian[at + columns - 1] = residuals[row] * root;
      }
    }
    const inverse =
      settings.misfit > 0 ? inverseFactor(weights.factor, count) : new Float32Array(count * count);
    const { product } = await graph.run({ jacobian, bumps, inverse });
    addProduct(system, p, product, columns);
    linearize(points, state.identity, state.photos[p], matches, noise.freedom, small, p);
  }
  addLandmarks(system, small, points, texture.count, settings.landmarks);
  addPriors(system, state, problem);
  if (how.frozen) freezeShape(system, points, texture.count);
  const old = lossesOf(problem, state, held, how.blur);
  const before = totalOf(old);
  let { damping } = how;
  for (let attempt = 0; attempt < 5; attempt++) {
    const candidate = moved(state, solveArrow(system, damping), problem);
    const losses = lossesOf(problem, candidate, held, how.blur);
    const after = totalOf(losses);
    if (after < before + INEXACT * Math.abs(before)) {
      const stuck = before - after < 1e-4 * Math.abs(before);
      return { state: candidate, losses, damping: Math.max(damping / 5, 1e-5), stuck };
    }
    damping *= 8;
  }
  return { state, losses: old, damping, stuck: true };
}

/**
 * A step may raise the cost by this share of it: slopes are taken between pixels, so a step that ought to lower the cost a little
 * may raise it a little, and where nothing may rise the rounding of the machine decides at which step the fit stands still.
 */
const INEXACT = 1e-3;
