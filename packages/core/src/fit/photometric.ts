import { GanfitError } from '../error.ts';
import { turned } from '../linalg/rotation.ts';
import { vertexNormals } from '../mesh/normals.ts';
import type { Observation } from '../networks/observation.ts';
import { type Camera, cameraFromPose } from '../render/camera.ts';
import type { Graph, Runtime } from '../runtime/runtime.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { input, matmul, reshape, transpose } from '../tensor/index.ts';
import type { TextureModel } from '../texture/model.ts';
import { type AppearanceKit, appearanceKit, observeSkin, robustLight } from './albedo.ts';
import { type AlignmentPoints, alignmentPoints } from './alignment-points.ts';
import { type ArrowSystem, arrowSystem, solveArrow } from './arrow-system.ts';
import { cameraPrior } from './camera-prior.ts';
import { LANDMARK_NOISE, type LandmarkNoise } from './landmark-noise.ts';
import {
  CAMERA_UNKNOWNS,
  landmarkTargets,
  linearize,
  type PhotoState,
  residualsOf,
} from './landmark-residuals.ts';
import { LIGHT_PRIOR, lightPriorCost } from './light-prior.ts';
import { LIGHT_COUNTS } from './light-vector.ts';
import type { FitParameters } from './parameters.ts';
import { type ShapePrior, standardShapePrior, whitenShape } from './shape-prior.ts';
import { eliminateField, factorField, type MisfitField, misfitField, withoutField } from './smooth-misfit.ts';
import { type SurfaceState, sampleColors, surfaceRows } from './surface-rows.ts';
import {
  type SampleTexture,
  type SurfaceSamples,
  sampleTexture,
  surfaceSamples,
  type VertexTexture,
  vertexTexture,
} from './surface-samples.ts';
import { photoBase } from './unknowns.ts';

/** What {@link fitPhotometric} needs. */
export interface PhotometricKit {
  readonly model: ShapeModel;
  readonly runtime: Runtime;
  /** A model whose texture is linear in the latent: the PCA of paper Eq. 1. */
  readonly texture: TextureModel;
  readonly points?: AlignmentPoints;
}

/** How it runs. */
export interface PhotometricOptions {
  /** Steps in which only skin and light move; then steps of everything on the blurred, then on the sharp photo. */
  readonly steps?: { readonly skin: number; readonly coarse: number; readonly fine: number };
  /** Neighbouring samples err together: so many of them count as one. */
  readonly correlated?: number;
  /** Least deviation of a sample's color that the model does not explain, sRGB. */
  readonly deviation?: number;
  /** Student's degrees of freedom of a sample: small ones forgive hair, glasses and hands. */
  readonly freedom?: number;
  /** Deviation of smooth differences that nothing explains, sRGB (see {@link MisfitField}); 0 for none. */
  readonly misfit?: number;
  /** What a landmark counts beside the colors. Default 1, and down to 0.25 for photos that the prior trusts. */
  readonly landmarks?: number;
  readonly noise?: LandmarkNoise;
  /** What is known of the shape beforehand. Default N(0, I). */
  readonly prior?: ShapePrior;
  /** Goes on from a step of an earlier fit of the same photos, whose parameters are given. */
  readonly resume?: Pick<PhotometricStep, 'iteration' | 'damping'>;
  readonly signal?: AbortSignal;
}

const LIGHT_ENTRIES = LIGHT_COUNTS.harmonics;

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

/** Terms of the cost, by the names of the joint fit. */
export interface PhotometricLosses {
  readonly landmark: number;
  readonly pixel: number;
  readonly prior: number;
  readonly texture: number;
  readonly light: number;
}

export const PHOTOMETRIC_DEFAULTS = {
  steps: { skin: 3, coarse: 4, fine: 4 },
  correlated: 24,
  deviation: 0.05,
  freedom: 3,
  misfit: 0.05,
} as const;

/**
 * Detectors err at many points together, and colors say where features lie, too; but photos unlike all others mislead colors more
 * than landmarks.
 */
const USUAL_LANDMARKS = 0.25;

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
  const { model, runtime } = kit;
  const noise = options.noise ?? LANDMARK_NOISE;
  const points = kit.points ?? alignmentPoints(model);
  const skinTexture = await vertexTexture(kit.texture, model, runtime);
  const samples = surfaceSamples(model);
  const texture = sampleTexture(samples, skinTexture);
  const field = misfitField(model, samples);
  const prior = options.prior ?? standardShapePrior(points.identityCount);
  const landmarks = 1 - (1 - USUAL_LANDMARKS) * (prior.trust ?? 0);
  const settings = { ...PHOTOMETRIC_DEFAULTS, landmarks, ...options, noise };
  const problem: Problem = {
    model,
    prior,
    points,
    skin: skinTexture,
    texture,
    samples,
    field,
    observations,
    kits: observations.map(({ image }) => appearanceKit(model, image)),
    settings,
  };
  const unknowns = points.identityCount + texture.count + ownCount(problem);
  const rows = 3 * problem.samples.vertices.length;
  const jacobian = input('jacobian', [rows, unknowns + 1]);
  const count = samples.vertices.length;
  const bumps = input('bumps', [count, field.count]);
  const graph = await runtime.compile({
    product: matmul(transpose(jacobian, [1, 0]), jacobian),
    cross: matmul(transpose(bumps, [1, 0]), reshape(jacobian, [count, 3 * (unknowns + 1)])),
  });
  try {
    let state = startState(problem, parameters);
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

interface Problem {
  readonly prior: ShapePrior;
  readonly model: ShapeModel;
  readonly points: AlignmentPoints;
  /** At the vertices, for the first light. */
  readonly skin: VertexTexture;
  readonly texture: SampleTexture;
  readonly samples: SurfaceSamples;
  readonly field: MisfitField;
  readonly observations: readonly Observation[];
  readonly kits: readonly AppearanceKit[];
  readonly settings: Required<Omit<PhotometricOptions, 'signal' | 'prior' | 'resume'>>;
}

interface State {
  readonly identity: Float64Array;
  readonly latent: Float64Array;
  readonly photos: readonly (PhotoState & { readonly light: Float32Array })[];
}

function ownCount({ points }: Problem): number {
  return CAMERA_UNKNOWNS + points.expressionCount + LIGHT_ENTRIES;
}

/** The light that explains the photo if the skin is the mean person's. */
function firstLight({ model, kits, skin }: Problem, parameters: FitParameters, p: number): Float32Array {
  const { camera, expression } = parameters.photos[p];
  const seen = observeSkin(kits[p], camera, evaluateShape(model, parameters.identity, expression));
  const { light } = robustLight(
    seen.basis,
    seen.colors,
    seen.trust,
    seen.trust.length,
    skin.mean.map(decode),
  );
  return Float32Array.from(light);
}

function startState(problem: Problem, parameters: FitParameters): State {
  const { texture } = problem;
  return {
    identity: Float64Array.from(parameters.identity),
    latent: parameters.texture ? Float64Array.from(parameters.texture) : new Float64Array(texture.count),
    photos: parameters.photos.map((photo, p) => {
      const { logDistance, logScale, rotation, shift, width, height, light: own } = photoBase(photo);
      const known = parameters.texture && photo.light.kind === 'harmonics';
      const found = known ? own : firstLight(problem, parameters, p);
      return {
        rotation,
        shift,
        logDistance,
        logFocal: logScale + logDistance,
        width,
        height,
        expression: Float64Array.from(photo.expression),
        light: found,
      };
    }),
  };
}

function parametersOf({ identity, latent, photos }: State): FitParameters {
  return {
    identity: Float32Array.from(identity),
    texture: Float32Array.from(latent),
    photos: photos.map((photo) => ({
      expression: Float32Array.from(photo.expression),
      camera: cameraOf(photo),
      light: { kind: 'harmonics', coefficients: photo.light },
    })),
  };
}

function cameraOf({ rotation, shift, logDistance, logFocal, width, height }: PhotoState): Camera {
  const distance = Math.exp(logDistance);
  return cameraFromPose(
    { rotation, translation: [shift[0] * distance, shift[1] * distance, -distance] },
    { focal: Math.exp(logFocal), width, height },
  );
}

/** One damped step; a step that raises the cost is tried again, shorter. */
async function step(
  problem: Problem,
  state: State,
  graph: Graph<'product' | 'cross'>,
  how: { readonly frozen: boolean; readonly blur: number; readonly damping: number },
): Promise<{ state: State; losses: PhotometricLosses; damping: number; stuck: boolean }> {
  const { points, observations, samples, texture, settings } = problem;
  const { freedom, noise } = settings;
  const shared = points.identityCount + texture.count;
  const own = ownCount(problem);
  const system = arrowSystem(shared, own, observations.length);
  const columns = shared + own + 1;
  const matchers = state.photos.map((photo, p) =>
    landmarkTargets(observations[p].landmarks, noise, Math.exp(photo.logFocal - photo.logDistance))(
      points,
      state.identity,
      photo,
    ),
  );
  const small = arrowSystem(
    points.identityCount,
    CAMERA_UNKNOWNS + points.expressionCount,
    observations.length,
  );
  const scales: { trust: Float32Array; squared: number; weights: Float32Array }[] = [];
  for (let p = 0; p < observations.length; p++) {
    const surface = surfaceOf(problem, state, p);
    const seen = observeSkin(problem.kits[p], cameraOf(state.photos[p]), surface.vertices);
    const trust = Float32Array.from(samples.vertices, (v) => seen.trust[v]);
    const { pyramid } = problem.kits[p];
    const { residuals, jacobian } = surfaceRows(
      pyramid,
      surface,
      samples,
      texture,
      points.identityCount,
      how.blur,
      columns,
    );
    if (!jacobian) throw new Error('photometric: no Jacobian');
    const squared = scaleOf(residuals, trust, settings.deviation) ** 2;
    const weights = sampleWeights(problem, residuals, trust, squared);
    scales.push({ trust, squared, weights });
    const { count, values } = problem.field;
    const bumps = new Float32Array(values.length);
    for (let n = 0; n < trust.length; n++) {
      const root = Math.sqrt(weights[n]);
      for (let k = 0; k < count; k++) bumps[n * count + k] = root * values[n * count + k];
      for (let row = 3 * n; row < 3 * n + 3; row++) {
        const at = row * columns;
        for (let k = 0; k < columns - 1; k++) jacobian[at + k] *= root;
        jacobian[at + columns - 1] = residuals[row] * root;
      }
    }
    const { product, cross } = await graph.run({ jacobian, bumps });
    if (settings.misfit > 0) {
      eliminateField(product, cross, factorField(problem.field, weights, settings.misfit), count, columns);
    }
    addProduct(system, p, product, columns);
    linearize(points, state.identity, state.photos[p], matchers[p], noise.freedom, small, p);
  }
  addLandmarks(system, small, points, texture.count, settings.landmarks);
  addPriors(system, state, problem);
  if (how.frozen) freezeShape(system, points, texture.count);
  const lossesOf = (candidate: State): PhotometricLosses => {
    const losses = { ...priorLosses(candidate, problem), landmark: 0, pixel: 0 };
    candidate.photos.forEach((photo, p) => {
      losses.landmark +=
        settings.landmarks * residualsOf(points, candidate.identity, photo, matchers[p], noise.freedom);
      const { trust, squared, weights } = scales[p];
      const { residuals } = surfaceRows(
        problem.kits[p].pyramid,
        surfaceOf(problem, candidate, p),
        samples,
        texture,
        points.identityCount,
        how.blur,
        0,
      );
      const { rest, cost } = leftOver(problem, residuals, weights);
      losses.pixel += cost;
      for (let n = 0; n < trust.length; n++) {
        const r2 = (rest[3 * n] ** 2 + rest[3 * n + 1] ** 2 + rest[3 * n + 2] ** 2) / squared;
        losses.pixel += ((0.5 * (freedom + 3)) / settings.correlated) * trust[n] * Math.log1p(r2 / freedom);
      }
    });
    return losses;
  };
  const old = lossesOf(state);
  const before = totalOf(old);
  let { damping } = how;
  for (let attempt = 0; attempt < 5; attempt++) {
    const candidate = moved(state, solveArrow(system, damping), problem);
    const losses = lossesOf(candidate);
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

function totalOf({ landmark, pixel, prior, texture, light }: PhotometricLosses): number {
  return landmark + pixel + prior + texture + light;
}

const surfaces = new WeakMap<State, SurfaceState[]>();

/** The posed head of a photo; a state that a step ends in is where the next begins, so each is computed once. */
function surfaceOf(problem: Problem, state: State, p: number): SurfaceState {
  const known = surfaces.get(state) ?? [];
  surfaces.set(state, known);
  known[p] ??= computeSurface(problem, state, p);
  return known[p];
}

function computeSurface({ model, texture }: Problem, state: State, p: number): SurfaceState {
  const photo = state.photos[p];
  const vertices = evaluateShape(model, state.identity, photo.expression);
  const skin = model.parts[0];
  return {
    photo,
    light: photo.light,
    vertices,
    normals: vertexNormals(vertices.subarray(0, 3 * skin.vertexCount), skin.triangles),
    colors: sampleColors(texture, state.latent),
  };
}

/** Differences that are left when the best field is taken off, and what that field costs. */
function leftOver({ field, settings }: Problem, residuals: Float32Array, weights: Float32Array) {
  if (settings.misfit === 0) return { rest: residuals, cost: 0 };
  return withoutField(field, residuals, weights, settings.misfit);
}

/** What each sample counts (Student's likelihood), by what is left of its difference. */
function sampleWeights(
  problem: Problem,
  residuals: Float32Array,
  trust: Float32Array,
  squared: number,
): Float32Array {
  const { freedom, correlated } = problem.settings;
  const weigh = (rest: Float32Array): Float32Array =>
    trust.map((seen, n) => {
      const r2 = (rest[3 * n] ** 2 + rest[3 * n + 1] ** 2 + rest[3 * n + 2] ** 2) / squared;
      return (seen * (freedom + 3)) / (freedom + r2) / (squared * correlated);
    });
  const first = weigh(residuals);
  return problem.settings.misfit > 0 ? weigh(leftOver(problem, residuals, first).rest) : first;
}

/** Robust deviation of one channel where the face is seen. */
function scaleOf(residuals: Float32Array, trust: Float32Array, least: number): number {
  const sizes: number[] = [];
  for (let n = 0; n < trust.length; n++) {
    if (trust[n] > 0.3) sizes.push(Math.hypot(residuals[3 * n], residuals[3 * n + 1], residuals[3 * n + 2]));
  }
  const sorted = Float32Array.from(sizes).sort();
  // The median length of a vector of three normal variables is 1.54 deviations.
  return Math.max(least, (sorted[sorted.length >> 1] ?? 0) / 1.54);
}

/** Adds the product of the weighted Jacobian, whose last column is the residual, to the normal equations. */
function addProduct(system: ArrowSystem, p: number, product: Float32Array, columns: number): void {
  const { shared, own } = system;
  const block = system.photos[p];
  const last = columns - 1;
  for (let i = 0; i < shared; i++) {
    for (let j = 0; j <= i; j++) system.matrix[i * shared + j] += product[i * columns + j];
    for (let j = 0; j < own; j++) block.coupling[i * own + j] += product[i * columns + shared + j];
    system.gradient[i] += product[i * columns + last];
  }
  for (let i = 0; i < own; i++) {
    const row = (shared + i) * columns;
    for (let j = 0; j <= i; j++) block.matrix[i * own + j] += product[row + shared + j];
    block.gradient[i] += product[row + last];
  }
}

/** Adds a share of the landmarks' equations, which know neither skin nor light. */
function addLandmarks(
  system: ArrowSystem,
  small: ArrowSystem,
  { identityCount }: AlignmentPoints,
  latentCount: number,
  share: number,
): void {
  const { shared, own } = system;
  for (let i = 0; i < identityCount; i++) {
    for (let j = 0; j <= i; j++) system.matrix[i * shared + j] += share * small.matrix[i * identityCount + j];
    system.gradient[i] += share * small.gradient[i];
  }
  if (shared !== identityCount + latentCount) throw new Error('photometric: layouts differ');
  small.photos.forEach((from, p) => {
    const to = system.photos[p];
    for (let i = 0; i < small.own; i++) {
      for (let j = 0; j <= i; j++) to.matrix[i * own + j] += share * from.matrix[i * small.own + j];
      to.gradient[i] += share * from.gradient[i];
    }
    for (let i = 0; i < identityCount; i++) {
      for (let j = 0; j < small.own; j++)
        to.coupling[i * own + j] += share * from.coupling[i * small.own + j];
    }
  });
}

function addPriors(system: ArrowSystem, state: State, { observations, points, prior }: Problem): void {
  const { shared, own } = system;
  const count = points.identityCount;
  const offsets = whitenShape(prior, state.identity);
  for (let row = 0; row < count; row++) {
    const whitening = prior.whitening.subarray(row * count, (row + 1) * count);
    for (let i = 0; i < count; i++) {
      if (whitening[i] === 0) continue;
      system.gradient[i] += whitening[i] * offsets[row];
      for (let j = 0; j <= i; j++) system.matrix[i * shared + j] += whitening[i] * whitening[j];
    }
  }
  state.latent.forEach((value, k) => {
    system.matrix[(count + k) * (shared + 1)] += 1;
    system.gradient[count + k] += value;
  });
  const { mean, whitening } = LIGHT_PRIOR;
  state.photos.forEach((photo, p) => {
    const block = system.photos[p];
    const add = (at: number, offset: number, deviation: number): void => {
      block.matrix[at * own + at] += 1 / deviation ** 2;
      block.gradient[at] += offset / deviation ** 2;
    };
    const camera = cameraPrior(observations[p]);
    add(5, photo.logDistance - Math.log(camera.distance), camera.distanceDeviation);
    add(6, photo.logFocal - Math.log(camera.focal), camera.focalDeviation);
    photo.expression.forEach((c, k) => {
      add(CAMERA_UNKNOWNS + k, c, 1);
    });
    const first = CAMERA_UNKNOWNS + points.expressionCount;
    for (let row = 0; row < LIGHT_ENTRIES; row++) {
      let offset = 0;
      for (let j = 0; j < LIGHT_ENTRIES; j++) {
        offset += whitening[row * LIGHT_ENTRIES + j] * (photo.light[j] - mean[j]);
      }
      for (let i = 0; i < LIGHT_ENTRIES; i++) {
        const a = whitening[row * LIGHT_ENTRIES + i];
        if (a === 0) continue;
        block.gradient[first + i] += a * offset;
        for (let j = 0; j <= i; j++) {
          block.matrix[(first + i) * own + first + j] += a * whitening[row * LIGHT_ENTRIES + j];
        }
      }
    }
  });
}

function priorLosses({ identity, latent, photos }: State, { observations, prior }: Problem) {
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

/** Cuts everything but skin and light off the system. */
function freezeShape(
  system: ArrowSystem,
  { identityCount, expressionCount }: AlignmentPoints,
  latents: number,
): void {
  const { shared, own } = system;
  for (let i = 0; i < identityCount + latents; i++) {
    for (let j = 0; j < Math.min(identityCount, i + 1); j++) {
      system.matrix[i * shared + j] = i === j ? 1 : 0;
    }
    if (i < identityCount) system.gradient[i] = 0;
  }
  const held = CAMERA_UNKNOWNS + expressionCount;
  for (const block of system.photos) {
    for (let i = 0; i < own; i++) {
      for (let j = 0; j < Math.min(held, i + 1); j++) block.matrix[i * own + j] = i === j ? 1 : 0;
      if (i < held) block.gradient[i] = 0;
    }
    for (let i = 0; i < shared; i++) {
      for (let j = 0; j < own; j++) {
        if (i < identityCount || j < held) block.coupling[i * own + j] = 0;
      }
    }
  }
}

/** Coefficients stay where the models are people. */
const LARGEST = 3.5;

function moved(state: State, delta: ReturnType<typeof solveArrow>, { points }: Problem): State {
  const { identityCount, expressionCount } = points;
  const inside = (value: number): number => Math.min(Math.max(value, -LARGEST), LARGEST);
  return {
    identity: state.identity.map((c, i) => inside(c + delta.shared[i])),
    latent: state.latent.map((c, i) => inside(c + delta.shared[identityCount + i])),
    photos: state.photos.map((photo, p) => {
      const own = delta.photos[p];
      const first = CAMERA_UNKNOWNS + expressionCount;
      return {
        ...photo,
        rotation: turned(photo.rotation, own),
        shift: [photo.shift[0] + own[3], photo.shift[1] + own[4]],
        logDistance: photo.logDistance + own[5],
        logFocal: photo.logFocal + own[6],
        expression: photo.expression.map((c, k) => inside(c + own[CAMERA_UNKNOWNS + k])),
        light: photo.light.map((value, k) => value + own[first + k]),
      };
    }),
  };
}

function decode(value: number): number {
  const inside = Math.min(Math.max(value, 0), 1);
  return inside <= 0.04045 ? inside / 12.92 : ((inside + 0.055) / 1.055) ** 2.4;
}
