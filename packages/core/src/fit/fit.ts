import { GanfitError } from '../error.ts';
import { toPlanes } from '../image/layout.ts';
import { warp } from '../image/warp.ts';
import { rasterize } from '../mesh/rasterize.ts';
import { ARCFACE_112, alignment, type Template } from '../networks/align.ts';
import type { IdentityNetwork } from '../networks/identity.ts';
import type { Observation } from '../networks/observation.ts';
import { silhouetteFeeds } from '../render/antialias.ts';
import { cameraPose, projectVertices } from '../render/camera.ts';
import { findSilhouettes, triangleNeighbors } from '../render/silhouette.ts';
import { windowVector } from '../render/trace-camera.ts';
import { squareViewport, type Viewport } from '../render/viewport.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import type { TextureModel } from '../texture/model.ts';
import { type AppearanceKit, appearanceKit, estimateAppearance } from './albedo.ts';
import { type AlignmentPoints, alignmentPoints } from './alignment-points.ts';
import { cameraPrior } from './camera-prior.ts';
import { explainedLight } from './explained-light.ts';
import { LANDMARK_NOISE, type LandmarkNoise } from './landmark-noise.ts';
import { landmarkTargets } from './landmark-residuals.ts';
import { LIGHT_COUNTS, lightVector } from './light-vector.ts';
import { linearPart, linearSkin, wholeSkin } from './linear-part.ts';
import type { FitParameters, PhotoParameters } from './parameters.ts';
import { fitPhotometric } from './photometric.ts';
import { DEFAULT_PRESET, PRESETS, type Preset, withGenerator, withoutTexture } from './presets.ts';
import { projectLandmarks } from './project-landmarks.ts';
import { placeRandomView, randomView } from './random-view.ts';
import { type ShapePrior, standardShapePrior } from './shape-prior.ts';
import { startLatent } from './start-latent.ts';
import { compileStep, compileTaps, LOSS_TERMS, type LossTerm } from './step-graph.ts';
import {
  decodeUnknowns,
  encodeUnknowns,
  type PhotoBase,
  photoBase,
  type UnknownLayout,
  unknownLayout,
} from './unknowns.ts';

/** What a fit needs, loaded once. */
export interface FitKit {
  readonly model: ShapeModel;
  readonly runtime: Runtime;
  /** The network whose cosine is optimised; without it the identity term is left out. */
  readonly identity?: IdentityNetwork;
  /** What skin looks like (paper Eq. 1 or 5); without it the albedo is the smooth average of what each photo shows. */
  readonly texture?: TextureModel;
  /** Points collected before from the same model. */
  readonly points?: AlignmentPoints;
}

/** Options of {@link fit}. */
export interface FitOptions {
  /** Default `PRESETS[DEFAULT_PRESET]`. */
  readonly preset?: Preset;
  /** Trust in the landmarks, as in `align`. Default {@link LANDMARK_NOISE}. */
  readonly noise?: LandmarkNoise;
  /** What is known of the shape beforehand. Default N(0, I). */
  readonly prior?: ShapePrior;
  /** Of everything that is drawn at random. Default 0. */
  readonly seed?: number;
  /** Stops the fit between two iterations. */
  readonly signal?: AbortSignal;
  /** Goes on from a step of an earlier fit of the same photos with the same preset. */
  readonly resume?: FitState;
}

/** The parts of stage B: closed-form steps on landmarks and colors, then Adam on all terms. */
export type FitStage = 'photometric' | 'joint';

/** Everything the next iteration depends on, as plain data. */
export interface FitState {
  readonly stage: FitStage;
  /** Iterations done in this stage. */
  readonly iteration: number;
  /** Damping of the next photometric step. */
  readonly damping: number;
  /** Of the latest step. */
  readonly parameters: FitParameters;
  readonly bases: readonly PhotoBase[];
  /** Whitened unknowns and Adam's moments. */
  readonly x: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Albedo of each photo's render, linear, `[S, 3]`. */
  readonly albedos: readonly Float32Array[];
  /** Total losses so far, for the stopping rule. */
  readonly history: readonly number[];
}

/** One iteration of stage B. */
export interface FitStep {
  readonly stage: FitStage;
  /** Iterations of this stage done, from 1. */
  readonly iteration: number;
  /** Share of the work that is done, in [0, 1]. */
  readonly progress: number;
  /** Each term before this step, times its weight. */
  readonly losses: Readonly<Record<LossTerm, number>>;
  /** Sum of the terms. */
  readonly total: number;
  /** Parameters after this step. */
  readonly parameters: FitParameters;
  readonly state: FitState;
}

/** The crop of the photo is this much larger than the landmarks' box: forehead and ears fit in. */
const MARGIN = 1.5;
/** Iterations over which a plateau is looked for. */
const WINDOW = 10;

/**
 * Stage B (paper section 3.3, Eq. 12): shape, expression, camera, light and skin together. Goes on where `align` ended;
 * several photos share identity and skin.
 *
 * With a linear texture model the photometric part goes first, by Gauss-Newton (`fitPhotometric`); then Adam minimises all
 * terms of the preset.
 *
 * The same seed gives the same numbers in every run on the same machine.
 *
 * Who iterates by hand may send a changed state back by `next(state)` after a step of stage `joint`; `for await` sends none.
 *
 * @param parameters From `align`; or of an earlier fit, whose skin spares the photometric steps but for those on the sharp photo.
 * @param observations The photos it was made from.
 * @throws GanfitError `cancelled` when the signal fires, `runtime` when the fit leaves the finite numbers.
 */
export async function* fit(
  parameters: FitParameters,
  observations: readonly Observation[],
  kit: FitKit,
  options: FitOptions = {},
): AsyncGenerator<FitStep, void, FitState | undefined> {
  const { resume } = options;
  const asked = options.preset ?? PRESETS[DEFAULT_PRESET];
  const preset = presetFor(asked, kit.texture);
  const plan = { ...kit, points: kit.points ?? alignmentPoints(kit.model) };
  let found = resume?.parameters ?? parameters;
  if (resume?.stage !== 'joint') {
    for await (const step of photometricSteps(found, observations, plan, preset, options)) {
      found = step.parameters;
      yield checked(step);
    }
  }
  const joint = jointSteps(found, observations, plan, preset, options);
  try {
    let step = await joint.next();
    while (!step.done) step = await joint.next(yield checked(step.value));
  } finally {
    await joint.return();
  }
}

function presetFor(preset: Preset, texture: TextureModel | undefined): Preset {
  if (!texture) return withoutTexture(preset);
  return linearPart(texture) ? preset : withGenerator(preset);
}

type Plan = FitKit & { readonly points: AlignmentPoints };

/** Cameras nearer or farther than this see no head, millimetres. */
const [NEAREST, FARTHEST] = [50, 1e6];

/** A fit that lost its numbers must not become a head. */
function checked(step: FitStep): FitStep {
  const { identity, texture, photos } = step.parameters;
  const lists = [identity, texture ?? [], ...photos.map(({ expression }) => expression)];
  const finite =
    Number.isFinite(step.total) && lists.every((list) => Array.from(list).every(Number.isFinite));
  const distances = photos.map(({ camera }) => Math.hypot(...camera.position));
  const seen = distances.every((distance) => distance > NEAREST && distance < FARTHEST);
  if (finite && seen) return step;
  const what = finite
    ? `the camera must stay ${NEAREST} to ${FARTHEST} mm away, got ${distances.map((d) => Math.round(d)).join(', ')}`
    : `the loss must stay finite, got ${step.total}`;
  throw new GanfitError(
    'runtime',
    `fit: ${what} in iteration ${step.iteration} of stage ${step.stage}. Try another preset.`,
  );
}

/** Of the first photometric step that goes on from an earlier fit. */
const DAMPING = 1e-3;
const NO_LOSSES = Object.fromEntries(LOSS_TERMS.map((term) => [term, 0])) as Record<LossTerm, number>;

async function* photometricSteps(
  parameters: FitParameters,
  observations: readonly Observation[],
  { model, runtime, points, texture }: Plan,
  preset: Preset,
  { noise, prior, resume, signal }: FitOptions,
): AsyncGenerator<FitStep, void> {
  const { skin, coarse, fine } = preset.start;
  // Skin and pose of an earlier fit are better than what the blurred photo tells.
  const from = resume ?? (parameters.texture ? { iteration: skin + coarse, damping: DAMPING } : undefined);
  const linear = linearPart(texture);
  if (!texture || !linear || (from?.iteration ?? 0) >= skin + coarse + fine) return;
  const kit = { model, runtime, points, texture: linear };
  const steps = fitPhotometric(linearSkin(parameters, linear), observations, kit, {
    steps: preset.start,
    noise,
    prior,
    resume: from,
    signal,
  });
  const share = preset.iterations > 0 ? PHOTOMETRIC_SHARE : 1;
  for await (const step of steps) {
    const { iteration, damping, progress } = step;
    const found = wholeSkin(step.parameters, parameters, texture);
    yield {
      stage: 'photometric',
      iteration,
      progress: progress * share,
      losses: { ...NO_LOSSES, ...step.losses },
      total: step.cost,
      parameters: found,
      state: {
        stage: 'photometric',
        iteration,
        damping,
        parameters: found,
        bases: [],
        x: new Float32Array(0),
        first: new Float32Array(0),
        second: new Float32Array(0),
        albedos: [],
        history: [],
      },
    };
  }
}

/**
 * Step of the shape in the joint steps that follow photometric ones. Those fit smooth misfits and throw them away, which Adam
 * cannot; at the full step it bends the head to them again (photographs of scans: 1.597 instead of 1.474 mm).
 */
const SHAPE_SHARE = 0.3;
/** Part of the time that the photometric steps take when others follow. */
const PHOTOMETRIC_SHARE = 0.3;

async function* jointSteps(
  parameters: FitParameters,
  observations: readonly Observation[],
  { model, runtime, identity, texture, points }: Plan,
  preset: Preset,
  options: FitOptions,
): AsyncGenerator<FitStep, void, FitState | undefined> {
  if (preset.iterations === 0) return;
  const { noise = LANDMARK_NOISE, seed = 0, signal } = options;
  const { size, weights, start } = preset;
  const prior = options.prior ?? standardShapePrior(points.identityCount);
  const layout = unknownLayout(
    points.identityCount,
    points.expressionCount,
    observations.length,
    texture?.latentSize,
    preset.light,
  );
  const random = Boolean(identity && texture && weights.randomIdentity > 0);
  const graph = await compileStep(runtime, {
    model,
    points,
    layout,
    identity,
    texture,
    preset,
    freedom: noise.freedom,
  });
  try {
    const views = observations.map((observation) => photoView(observation, model, size));
    const taps = identity && weights.content > 0 ? await photoTaps(runtime, identity, views, size) : [];
    const resumed = options.resume?.stage === 'joint' ? options.resume : undefined;
    let state = resumed ?? (await startState(parameters, views, layout, texture, runtime, seed));
    let vertices: (Float32Array | undefined)[] = views.map(() => undefined);
    const skin = model.parts[0].triangles;
    const neighbors = preset.silhouettes ? triangleNeighbors(skin) : undefined;
    const before = linearPart(texture) && start.fine > 0 ? PHOTOMETRIC_SHARE : 0;
    const scale = new Float32Array(layout.length).fill(1);
    if (before > 0) scale.fill(SHAPE_SHARE, 0, layout.identityCount);
    while (state.iteration < preset.iterations && !reachedPlateau(state.history, preset.plateau)) {
      if (signal?.aborted) throw new GanfitError('cancelled', 'fit: the fit was stopped.');
      let now = decodeUnknowns(layout, state.bases, state.x);
      if (!texture && (state.iteration === 0 || preset.refresh.includes(state.iteration))) {
        state = refreshAppearance(state, now, views, layout);
        now = decodeUnknowns(layout, state.bases, state.x);
      }
      const feeds: Record<string, Float32Array | Int32Array> = {
        x: state.x,
        first: state.first,
        second: state.second,
        step: Float32Array.of(state.iteration + 1),
        learningRate: Float32Array.of(learningRate(preset, state.iteration)),
        scale,
        priorMean: prior.mean,
        priorWhitening: prior.whitening,
      };
      views.forEach((view, p) => {
        const projected = vertices[p] ?? projectSkin(model, now, p, view.viewport);
        const raster = rasterize(projected, skin, size, size);
        const own = photoFeeds(
          view,
          points,
          now.identity,
          now.photos[p],
          state.bases[p],
          state.albedos[p],
          noise,
          identity?.template ?? ARCFACE_112,
          weights.content > 0,
        );
        const edges = neighbors && findSilhouettes(raster, projected, skin, neighbors);
        const all = {
          ...own,
          ...taps[p],
          ids: raster.triangleIds,
          ...(edges ? silhouetteFeeds('edges', edges) : {}),
        };
        for (const [name, value] of Object.entries(all)) feeds[`p${p}.${name}`] = value;
      });
      if (random && identity) {
        const { template } = identity;
        Object.assign(
          feeds,
          secondFeeds(model, points, now.identity, observations, preset, template, seed, state),
        );
      }
      const result = await graph.run(feeds);
      const losses = Object.fromEntries(LOSS_TERMS.map((term) => [term, result[term][0]])) as Record<
        LossTerm,
        number
      >;
      const total = LOSS_TERMS.reduce((sum, term) => sum + losses[term], 0);
      vertices = views.map((_, p) => result[`projected${p}`]);
      const { nextFirst: first, nextSecond: second } = result;
      const x = bounded(layout, result.nextX);
      const iteration = state.iteration + 1;
      const found = decodeUnknowns(layout, state.bases, x);
      state = {
        ...state,
        iteration,
        x,
        first,
        second,
        parameters: found,
        history: [...state.history, total],
      };
      const progress = before + (1 - before) * (iteration / preset.iterations);
      const changed = yield { stage: 'joint', iteration, progress, losses, total, parameters: found, state };
      if (changed) {
        state = changed;
        vertices = views.map(() => undefined);
      }
    }
  } finally {
    await graph.dispose();
  }
}

/** Coefficients stay where the models are people. */
const LARGEST = 3.5;

function bounded(layout: UnknownLayout, x: Float32Array): Float32Array {
  const inside = x.slice();
  const clamp = (from: number, to: number): void => {
    for (let i = from; i < to; i++) inside[i] = Math.min(Math.max(x[i], -LARGEST), LARGEST);
  };
  clamp(0, layout.shared);
  for (let p = 0; p < layout.photoCount; p++) {
    const first = layout.shared + p * layout.perPhoto;
    clamp(first, first + layout.expressionCount);
  }
  return inside;
}

/** Inner values of the identity network on each photo. */
async function photoTaps(
  runtime: Runtime,
  identity: IdentityNetwork,
  views: readonly PhotoView[],
  size: number,
): Promise<Record<string, Float32Array>[]> {
  const graph = await compileTaps(runtime, identity, size);
  try {
    const found: Record<string, Float32Array>[] = [];
    for (const { photo, observation, viewport } of views) {
      const { a, b, x0, y0 } = alignment(inViewport(observation.landmarks, viewport), identity.template);
      const taps = await graph.run({ photo, similarity: Float32Array.of(a, b, x0, y0) });
      found.push(Object.fromEntries(Object.entries(taps).map(([name, values]) => [`tap.${name}`, values])));
    }
    return found;
  } finally {
    await graph.dispose();
  }
}

/** The inputs `second.…` of an iteration: a random view of the person as it is now. */
function secondFeeds(
  model: ShapeModel,
  points: AlignmentPoints,
  identity: Float32Array,
  observations: readonly Observation[],
  { size, light: kind }: Preset,
  template: Template,
  seed: number,
  { iteration }: FitState,
): Record<string, Float32Array | Int32Array> {
  const view = randomView(seed, iteration, points.expressionCount, size, kind);
  const { projected, similarity } = placeRandomView(model, points, identity, view, template);
  const { expression, camera, light } = view;
  const embedding = new Float32Array(observations[0].embedding.length);
  for (const { embedding: own } of observations) {
    const length = Math.hypot(...own);
    own.forEach((value, i) => {
      embedding[i] += value / length;
    });
  }
  return {
    'second.expression': expression,
    'second.rotation': Float32Array.from(cameraPose(camera).rotation),
    'second.position': Float32Array.from(camera.position),
    'second.focal': Float32Array.of(camera.focal),
    'second.light': light,
    'second.ids': rasterize(projected, model.parts[0].triangles, size, size).triangleIds,
    'second.similarity': similarity,
    'second.embedding': embedding,
  };
}

/** What stays the same for one photo during a fit. */
interface PhotoView {
  readonly observation: Observation;
  readonly viewport: Viewport;
  /** Crop of the photo, sRGB in [0, 1], `[3, size, size]`. */
  readonly photo: Float32Array;
  /** Where the crop lies inside the photo, `[1, size, size]`. */
  readonly weights: Float32Array;
  readonly appearance: AppearanceKit;
}

function photoView(observation: Observation, model: ShapeModel, size: number): PhotoView {
  const { image, landmarks } = observation;
  const viewport = squareViewport(boxOf(landmarks), size, MARGIN);
  const { x, y, scale } = viewport;
  const crop = warp(image, { a: 1 / scale, b: 0, x0: x, y0: y }, size, size, { border: 'edge' });
  const weights = Float32Array.from({ length: size * size }, (_, i) => {
    const [px, py] = [x + ((i % size) + 0.5) / scale, y + (Math.floor(i / size) + 0.5) / scale];
    return px > 0 && py > 0 && px < image.width && py < image.height ? 1 : 0;
  });
  return {
    observation,
    viewport,
    photo: toPlanes(crop, { order: 'RGB', mean: 0, divisor: 255 }),
    weights,
    appearance: appearanceKit(model, image),
  };
}

function boxOf(landmarks: Float32Array) {
  const [low, high] = [
    [Infinity, Infinity],
    [-Infinity, -Infinity],
  ];
  landmarks.forEach((value, i) => {
    low[i % 2] = Math.min(low[i % 2], value);
    high[i % 2] = Math.max(high[i % 2], value);
  });
  return { x: low[0], y: low[1], width: high[0] - low[0], height: high[1] - low[1] };
}

/** Skin to start from and the light that goes with it, where no photometric step has found them. */
async function withSkin(
  parameters: FitParameters,
  views: readonly PhotoView[],
  texture: TextureModel,
  runtime: Runtime,
  seed: number,
): Promise<FitParameters> {
  if (parameters.texture) return parameters;
  const kits = views.map(({ appearance }) => appearance);
  const latent = await startLatent(texture, runtime, kits, parameters, seed);
  const lights = await explainedLight(texture, latent, runtime, kits, parameters);
  const photos = parameters.photos.map((photo, p) => ({ ...photo, light: lights[p] }));
  return { ...parameters, texture: latent, photos };
}

async function startState(
  parameters: FitParameters,
  views: readonly PhotoView[],
  layout: UnknownLayout,
  texture: TextureModel | undefined,
  runtime: Runtime,
  seed: number,
): Promise<FitState> {
  const start = texture ? await withSkin(parameters, views, texture, runtime, seed) : parameters;
  const x = encodeUnknowns(layout, start);
  return {
    stage: 'joint',
    iteration: 0,
    damping: 0,
    parameters: start,
    bases: start.photos.map((photo) => photoBase(photo, layout.lightKind)),
    x,
    first: new Float32Array(x.length),
    second: new Float32Array(x.length),
    albedos: views.map(() => new Float32Array(0)),
    history: [],
  };
}

/** Estimates light and albedo afresh for the present shape; the light's steps and moments start again from zero. */
function refreshAppearance(
  state: FitState,
  parameters: FitParameters,
  views: readonly PhotoView[],
  layout: UnknownLayout,
): FitState {
  const [x, first, second] = [state.x, state.first, state.second].map((values) => values.slice());
  const found = views.map((view, p) => {
    const { camera, expression } = parameters.photos[p];
    const vertices = evaluateShape(view.appearance.model, parameters.identity, expression);
    const end = layout.shared + (p + 1) * layout.perPhoto;
    for (const values of [x, first, second]) values.fill(0, end - LIGHT_COUNTS[layout.lightKind], end);
    return estimateAppearance(view.appearance, camera, vertices);
  });
  return {
    ...state,
    x,
    first,
    second,
    bases: state.bases.map((base, p) => ({
      ...base,
      light: lightVector({ kind: 'harmonics', coefficients: found[p].light }, layout.lightKind),
    })),
    albedos: found.map(({ albedo }) => albedo),
  };
}

function learningRate({ learningRate: start, iterations }: Preset, iteration: number): number {
  return start * (0.55 + 0.45 * Math.cos((Math.PI * iteration) / iterations));
}

function reachedPlateau(history: readonly number[], share: number): boolean {
  if (history.length < 3 * WINDOW) return false;
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const before = mean(history.slice(-2 * WINDOW, -WINDOW));
  return before - mean(history.slice(-WINDOW)) < share * Math.abs(before);
}

function projectSkin(model: ShapeModel, parameters: FitParameters, p: number, viewport: Viewport) {
  const { camera, expression } = parameters.photos[p];
  const vertices = evaluateShape(model, parameters.identity, expression);
  return projectVertices(camera, vertices.subarray(0, 3 * model.parts[0].vertexCount), viewport);
}

/** The inputs of one photo that `step-graph.ts` declares, but for the triangles. */
function photoFeeds(
  view: PhotoView,
  points: AlignmentPoints,
  identity: Float32Array,
  photo: PhotoParameters,
  base: PhotoBase,
  albedo: Float32Array,
  noise: LandmarkNoise,
  template: Template,
  sameCrop: boolean,
): Record<string, Float32Array | Int32Array> {
  const { observation, viewport } = view;
  const { camera } = photo;
  const at = photoBase(photo);
  const matches = landmarkTargets(observation.landmarks, noise, Math.exp(at.logScale))(points, identity, {
    ...at,
    logFocal: at.logScale + at.logDistance,
    expression: Float64Array.from(photo.expression),
  });
  const whitening = new Float32Array(68 * 4);
  matches.forEach(({ axis: [ax, ay], deviations: [first, second] }, i) => {
    const [u, v] = [1 / (first * viewport.scale), 1 / (second * viewport.scale)];
    whitening.set([ax * u, ay * u, -ay * v, ax * v], 4 * i);
  });
  const places = new Float32Array(68 * 2);
  matches.forEach(({ x, y }, i) => {
    places.set([(x - viewport.x) * viewport.scale, (y - viewport.y) * viewport.scale], 2 * i);
  });
  // Content says where things are, so both pictures are cropped alike; a crop that went with the face would let it slide away.
  const places68 = sameCrop ? observation.landmarks : projectLandmarks(points, photo, identity);
  const { a, b, x0, y0 } = alignment(inViewport(places68, viewport), template);
  const prior = cameraPrior(observation);
  return {
    rotation: Float32Array.from(base.rotation),
    place: Float32Array.of(...base.shift, base.logScale, base.logDistance),
    light: base.light,
    window: windowVector(camera, viewport),
    photo: view.photo,
    weights: view.weights,
    albedo,
    points: Int32Array.from(matches, ({ point }) => point),
    places,
    whitening,
    similarity: Float32Array.of(a, b, x0, y0),
    embedding: observation.embedding,
    cameraPrior: Float32Array.of(
      Math.log(prior.focal),
      Math.log(prior.distance),
      1 / prior.focalDeviation,
      1 / prior.distanceDeviation,
    ),
  };
}

/** Pixels of the photo to pixels of the render, `[N, 2]`. */
function inViewport(places: Float32Array, { x, y, scale }: Viewport): Float32Array {
  return places.map((value, i) => (value - (i % 2 ? y : x)) * scale);
}
