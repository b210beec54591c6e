import { GanfitError } from '../error.ts';
import { toPlanes } from '../image/layout.ts';
import { warp } from '../image/warp.ts';
import { rasterize } from '../mesh/rasterize.ts';
import { ARCFACE_112, alignment } from '../networks/align.ts';
import type { IdentityNetwork } from '../networks/identity.ts';
import type { Observation } from '../networks/observation.ts';
import { projectVertices } from '../render/camera.ts';
import { windowVector } from '../render/trace-camera.ts';
import { squareViewport, type Viewport } from '../render/viewport.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { type AppearanceKit, appearanceKit, estimateAppearance, observeSkin } from './albedo.ts';
import { type AlbedoModel, fitAlbedo } from './albedo-model.ts';
import { type AlignmentPoints, alignmentPoints } from './alignment-points.ts';
import { cameraPrior } from './camera-prior.ts';
import { LANDMARK_NOISE, type LandmarkNoise } from './landmark-noise.ts';
import { landmarkTargets } from './landmark-residuals.ts';
import type { FitParameters, PhotoParameters } from './parameters.ts';
import { PRESETS, type Preset } from './presets.ts';
import { projectLandmarks } from './project-landmarks.ts';
import { type ShapePrior, standardShapePrior } from './shape-prior.ts';
import { compileStep, LOSS_TERMS, type LossTerm } from './step-graph.ts';
import {
  decodeUnknowns,
  encodeUnknowns,
  LIGHT_ENTRIES,
  type PhotoBase,
  photoBase,
  unknownLayout,
} from './unknowns.ts';

/** What a fit needs, loaded once. */
export interface FitKit {
  readonly model: ShapeModel;
  readonly runtime: Runtime;
  /** The network whose cosine is optimised; without it the identity term is left out. */
  readonly identity?: IdentityNetwork;
  /** What skin looks like; without it the albedo is the smooth average of what each photo shows. */
  readonly albedo?: AlbedoModel;
  /** Points collected before from the same model. */
  readonly points?: AlignmentPoints;
}

/** Options of {@link fit}. */
export interface FitOptions {
  /** Default `PRESETS.default`. */
  readonly preset?: Preset;
  /** Trust in the landmarks, as in `align`. Default {@link LANDMARK_NOISE}. */
  readonly noise?: LandmarkNoise;
  /** What is known of the shape beforehand. Default N(0, I). */
  readonly prior?: ShapePrior;
  /** Stops the fit between two iterations. */
  readonly signal?: AbortSignal;
  /** Goes on from a step of an earlier fit of the same photos with the same preset. */
  readonly resume?: FitState;
}

/** Everything the next iteration depends on, as plain data. */
export interface FitState {
  /** Iterations done. */
  readonly iteration: number;
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
  /** Iterations done, from 1. */
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
 * Stage B (paper section 3.3, Eq. 12): shape, expression, camera and light together, by Adam on landmark, pixel and identity
 * loss. Goes on where `align` ended; several photos share the identity.
 *
 * Deterministic: nothing in it is drawn at random, and the same numbers come out of every run on the same machine.
 *
 * @param parameters From `align`.
 * @param observations The photos it was made from.
 * @throws GanfitError `cancelled` when the signal fires.
 */
export async function* fit(
  parameters: FitParameters,
  observations: readonly Observation[],
  kit: FitKit,
  options: FitOptions = {},
): AsyncGenerator<FitStep, void> {
  const { model, runtime, identity, albedo } = kit;
  const { preset = PRESETS.default, noise = LANDMARK_NOISE, signal } = options;
  if (preset.iterations === 0) return;
  const points = kit.points ?? alignmentPoints(model);
  const photoCount = observations.length;
  const prior = options.prior ?? standardShapePrior(points.identityCount);
  const layout = unknownLayout(points.identityCount, points.expressionCount, photoCount, albedo?.count);
  const { freedom } = noise;
  const { size, weights } = preset;
  const graph = await compileStep(runtime, {
    model,
    points,
    layout,
    identity,
    albedo,
    weights,
    freedom,
    size,
  });
  try {
    const views = observations.map((observation) => photoView(observation, model, size));
    let state = options.resume ?? startState(parameters, views, layout);
    let vertices = views.map(() => undefined as Float32Array | undefined);
    const skin = model.parts[0].triangles;
    while (state.iteration < preset.iterations && !reachedPlateau(state.history, preset.plateau)) {
      if (signal?.aborted) throw new GanfitError('cancelled', 'fit: the fit was stopped.');
      let now = decodeUnknowns(layout, state.bases, state.x);
      if (state.iteration === 0 || (!albedo && preset.refresh.includes(state.iteration))) {
        state = refreshAppearance(state, now, views, layout, albedo);
        now = decodeUnknowns(layout, state.bases, state.x);
      }
      const feeds: Record<string, Float32Array | Int32Array> = {
        x: state.x,
        first: state.first,
        second: state.second,
        step: Float32Array.of(state.iteration + 1),
        learningRate: Float32Array.of(learningRate(preset, state.iteration)),
        scale: new Float32Array(layout.length).fill(1),
        priorMean: prior.mean,
        priorWhitening: prior.whitening,
      };
      views.forEach((view, p) => {
        const projected = vertices[p] ?? projectSkin(model, now, p, view.viewport);
        const { triangleIds } = rasterize(projected, skin, size, size);
        const own = photoFeeds(
          view,
          points,
          now.identity,
          now.photos[p],
          state.bases[p],
          state.albedos[p],
          noise,
        );
        for (const [name, value] of Object.entries({ ...own, ids: triangleIds }))
          feeds[`p${p}.${name}`] = value;
      });
      const result = await graph.run(feeds);
      const losses = Object.fromEntries(LOSS_TERMS.map((term) => [term, result[term][0]])) as Record<
        LossTerm,
        number
      >;
      const total = LOSS_TERMS.reduce((sum, term) => sum + losses[term], 0);
      vertices = views.map((_, p) => result[`projected${p}`]);
      const { nextX: x, nextFirst: first, nextSecond: second } = result;
      const iteration = state.iteration + 1;
      state = { ...state, iteration, x, first, second, history: [...state.history, total] };
      yield {
        iteration,
        progress: iteration / preset.iterations,
        losses,
        total,
        parameters: decodeUnknowns(layout, state.bases, x),
        state,
      };
    }
  } finally {
    await graph.dispose();
  }
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

function startState(
  parameters: FitParameters,
  views: readonly PhotoView[],
  layout: ReturnType<typeof unknownLayout>,
): FitState {
  const x = encodeUnknowns(layout, parameters);
  return {
    iteration: 0,
    bases: parameters.photos.map(photoBase),
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
  layout: ReturnType<typeof unknownLayout>,
  albedo?: AlbedoModel,
): FitState {
  const [x, first, second] = [state.x, state.first, state.second].map((values) => values.slice());
  const found = views.map((view, p) => {
    const { camera, expression } = parameters.photos[p];
    const vertices = evaluateShape(view.appearance.model, parameters.identity, expression);
    const end = layout.shared + (p + 1) * layout.perPhoto;
    for (const values of [x, first, second]) values.fill(0, end - LIGHT_ENTRIES, end);
    if (albedo) {
      const found = fitAlbedo(albedo, observeSkin(view.appearance, camera, vertices));
      // Several photos share one skin; the start is their average.
      found.coefficients.forEach((c, k) => {
        x[layout.identityCount + k] += c / views.length;
      });
      return { albedo: new Float32Array(0), light: found.light };
    }
    return estimateAppearance(view.appearance, camera, vertices);
  });
  return {
    ...state,
    x,
    first,
    second,
    bases: state.bases.map((base, p) => ({ ...base, light: found[p].light })),
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
  const projected = projectLandmarks(points, photo, identity).map(
    (value, i) => (value - (i % 2 ? viewport.y : viewport.x)) * viewport.scale,
  );
  const { a, b, x0, y0 } = alignment(projected, ARCFACE_112);
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
