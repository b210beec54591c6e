import { GanfitError } from '../error.ts';
import { turned } from '../linalg/rotation.ts';
import type { Observation } from '../networks/observation.ts';
import { cameraFromPose, type Pose } from '../render/camera.ts';
import type { ShapeModel } from '../shape/model.ts';
import { type AlignmentPoints, alignmentPoints, placePoints } from './alignment-points.ts';
import { type ArrowSystem, arrowSystem, solveArrow } from './arrow-system.ts';
import { type CameraPrior, cameraPrior } from './camera-prior.ts';
import { initialPose } from './initial-pose.ts';
import { LANDMARK_NOISE, type LandmarkNoise } from './landmark-noise.ts';
import {
  CAMERA_UNKNOWNS,
  landmarkTargets,
  linearize,
  type PhotoState,
  residualsOf,
} from './landmark-residuals.ts';
import type { FitParameters } from './parameters.ts';
import { type ShapePrior, standardShapePrior, whitenShape } from './shape-prior.ts';
import { START_LIGHT } from './start-light.ts';

/** Options of {@link align}. */
export interface AlignOptions {
  /** Trust in the landmarks. Default {@link LANDMARK_NOISE}. */
  readonly noise?: LandmarkNoise;
  /** What is known of the shape beforehand; the search starts from its mean. Default N(0, I). */
  readonly prior?: ShapePrior;
  /** Standard deviation of expression coefficients; 1 is the model's own. Default 1. */
  readonly expressionDeviation?: number;
  /** Iterations at most, over all levels of noise. Default 40. */
  readonly iterations?: number;
  /** Points collected before from the same model, to save the time of doing it again. */
  readonly points?: AlignmentPoints;
}

/** What alignment finds. */
export interface Alignment {
  readonly parameters: FitParameters;
  /** Negative logarithm of the posterior, up to a constant. */
  readonly cost: number;
  readonly iterations: number;
}

/** The noise is annealed: wide at first, so that a poor start makes no point an outlier. */
const NOISE_LEVELS = [4, 2, 1];
/** A level ends when a step improves the cost by less than this. */
const TOLERANCE = 1e-3;

/**
 * Stage A: camera, identity and expression from 68 landmarks (paper section 3.3, "alignment"), by Levenberg-Marquardt
 * with Gaussian priors instead of the paper's Adam; it takes well under a second.
 *
 * Minimises Student's negative log likelihood of the landmark errors plus half the squared coefficients, in standard
 * deviations, plus the log-normal camera priors. Contour landmarks slide along the silhouette.
 *
 * @param observations One or more photos of one person.
 * @throws GanfitError `input` without observations.
 */
export function align(
  model: ShapeModel,
  observations: readonly Observation[],
  options: AlignOptions = {},
): Alignment {
  if (observations.length === 0) {
    throw new GanfitError('input', 'align: at least one observation must be given, got none. Pass a photo.');
  }
  const { noise = LANDMARK_NOISE, expressionDeviation = 1, iterations = 40 } = options;
  const points = options.points ?? alignmentPoints(model);
  const priors: Priors = {
    shape: shapeTerm(options.prior ?? standardShapePrior(points.identityCount)),
    cameras: observations.map(cameraPrior),
    expressionDeviation,
  };
  let state = initialState(points, observations, priors);
  let cost = Number.POSITIVE_INFINITY;
  let iteration = 0;
  for (const level of NOISE_LEVELS) {
    const targets = state.photos.map((photo, p) =>
      landmarkTargets(observations[p], noise, level * pixelsPerMillimetre(photo)),
    );
    let damping = 1e-3;
    while (iteration < iterations) {
      iteration++;
      const matched = targets.map((target, p) => target(points, state.identity, state.photos[p]));
      const costOf = (candidate: State) =>
        priorCost(candidate, priors) +
        candidate.photos.reduce(
          (sum, photo, p) => sum + residualsOf(points, candidate.identity, photo, matched[p], noise.freedom),
          0,
        );
      const before = costOf(state);
      const system = arrowSystem(
        points.identityCount,
        CAMERA_UNKNOWNS + points.expressionCount,
        observations.length,
      );
      state.photos.forEach((photo, p) => {
        linearize(points, state.identity, photo, matched[p], noise.freedom, system, p);
      });
      addPriors(system, state, priors);
      let accepted: { state: State; cost: number } | undefined;
      for (let attempt = 0; attempt < 8 && !accepted; attempt++) {
        const candidate = moved(state, solveArrow(system, damping));
        const after = costOf(candidate);
        if (after < before) {
          accepted = { state: candidate, cost: after };
          damping = Math.max(damping / 10, 1e-9);
        } else damping *= 10;
      }
      if (!accepted) break;
      state = accepted.state;
      cost = accepted.cost;
      if (before - cost < TOLERANCE) break;
    }
  }
  return { parameters: parametersOf(state, observations), cost, iterations: iteration };
}

interface State {
  readonly identity: Float64Array;
  readonly photos: readonly PhotoState[];
}

/** Everything that is known before the landmarks are looked at. */
interface Priors {
  readonly shape: ShapeTerm;
  readonly cameras: readonly CameraPrior[];
  readonly expressionDeviation: number;
}

interface ShapeTerm {
  readonly prior: ShapePrior;
  /** Inverse of the covariance, `[ns, ns]`. */
  readonly precision: Float64Array;
}

function shapeTerm(prior: ShapePrior): ShapeTerm {
  const { mean, whitening } = prior;
  const count = mean.length;
  const precision = new Float64Array(count * count);
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < count; i++) {
      const weight = whitening[k * count + i];
      if (weight === 0) continue;
      for (let j = 0; j <= i; j++) precision[i * count + j] += weight * whitening[k * count + j];
    }
  }
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) precision[j * count + i] = precision[i * count + j];
  }
  return { prior, precision };
}

function initialState(
  points: AlignmentPoints,
  observations: readonly Observation[],
  { shape, cameras }: Priors,
): State {
  const identity = Float64Array.from(shape.prior.mean);
  // The 51 inner points come first among the points.
  const inner = placePoints(points, identity, new Float64Array(points.expressionCount)).subarray(0, 3 * 51);
  return {
    identity,
    photos: observations.map(({ image, landmarks }, p) => {
      const { focal } = cameras[p];
      const { width, height } = image;
      const pose = initialPose(inner, landmarks.subarray(2 * 17), {
        focal,
        width,
        height,
      });
      const distance = -pose.translation[2];
      return {
        width,
        height,
        rotation: pose.rotation,
        shift: [pose.translation[0] / distance, pose.translation[1] / distance],
        logDistance: Math.log(distance),
        logFocal: Math.log(focal),
        expression: new Float64Array(points.expressionCount),
      };
    }),
  };
}

function pixelsPerMillimetre(photo: PhotoState): number {
  return Math.exp(photo.logFocal - photo.logDistance);
}

function priorCost(state: State, { shape, cameras, expressionDeviation }: Priors): number {
  let cost = 0;
  for (const c of whitenShape(shape.prior, state.identity)) cost += 0.5 * c * c;
  state.photos.forEach(({ expression, logFocal, logDistance }, p) => {
    for (const c of expression) cost += 0.5 * (c / expressionDeviation) ** 2;
    const camera = cameras[p];
    cost += 0.5 * ((logFocal - Math.log(camera.focal)) / camera.focalDeviation) ** 2;
    cost += 0.5 * ((logDistance - Math.log(camera.distance)) / camera.distanceDeviation) ** 2;
  });
  return cost;
}

function addPriors(system: ArrowSystem, state: State, { shape, cameras, expressionDeviation }: Priors): void {
  const { shared, own } = system;
  const { precision, prior } = shape;
  for (let i = 0; i < shared; i++) {
    for (let j = 0; j < shared; j++) {
      const weight = precision[i * shared + j];
      if (j <= i) system.matrix[i * shared + j] += weight;
      system.gradient[i] += weight * (state.identity[j] - prior.mean[j]);
    }
  }
  state.photos.forEach((photo, p) => {
    const block = system.photos[p];
    const add = (at: number, offset: number, deviation: number) => {
      block.matrix[at * own + at] += 1 / deviation ** 2;
      block.gradient[at] += offset / deviation ** 2;
    };
    const camera = cameras[p];
    add(5, photo.logDistance - Math.log(camera.distance), camera.distanceDeviation);
    add(6, photo.logFocal - Math.log(camera.focal), camera.focalDeviation);
    photo.expression.forEach((c, k) => {
      add(CAMERA_UNKNOWNS + k, c, expressionDeviation);
    });
  });
}

function moved(state: State, step: ReturnType<typeof solveArrow>): State {
  return {
    identity: state.identity.map((c, i) => c + step.shared[i]),
    photos: state.photos.map((photo, p) => {
      const own = step.photos[p];
      return {
        ...photo,
        rotation: turned(photo.rotation, own),
        shift: [photo.shift[0] + own[3], photo.shift[1] + own[4]],
        logDistance: photo.logDistance + own[5],
        logFocal: photo.logFocal + own[6],
        expression: photo.expression.map((c, k) => c + own[CAMERA_UNKNOWNS + k]),
      };
    }),
  };
}

function parametersOf(state: State, observations: readonly Observation[]): FitParameters {
  return {
    identity: Float32Array.from(state.identity),
    photos: state.photos.map((photo, p) => {
      const { width, height } = observations[p].image;
      return {
        expression: Float32Array.from(photo.expression),
        camera: cameraFromPose(poseOf(photo), { focal: Math.exp(photo.logFocal), width, height }),
        light: START_LIGHT,
      };
    }),
  };
}

function poseOf({ rotation, shift, logDistance }: PhotoState): Pose {
  const distance = Math.exp(logDistance);
  return { rotation, translation: [shift[0] * distance, shift[1] * distance, -distance] };
}
