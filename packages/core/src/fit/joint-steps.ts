import { GanfitError } from '../error.ts';
import { rasterize } from '../mesh/rasterize.ts';
import { ARCFACE_112 } from '../networks/align.ts';
import type { Observation } from '../networks/observation.ts';
import { silhouetteFeeds } from '../render/antialias.ts';
import { findSilhouettes, triangleNeighbors } from '../render/silhouette.ts';
import { type Backdrop, backdropFeeds, type DrawBackdrop } from './backdrop.ts';
import type { FitOptions, FitPlan, FitState, FitStep } from './fit-step.ts';
import { jointStart, refreshAppearance } from './joint-state.ts';
import { LANDMARK_NOISE } from './landmark-noise.ts';
import { LIGHT_COUNTS } from './light-vector.ts';
import { linearPart } from './linear-part.ts';
import { type FitParameters, LARGEST_COEFFICIENT } from './parameters.ts';
import { type PhotoView, photoView, projectSkin } from './photo-view.ts';
import { PHOTOMETRIC_SHARE } from './photometric-steps.ts';
import { reachedPlateau, steadyLoss } from './plateau.ts';
import type { Preset } from './presets.ts';
import { standardShapePrior } from './shape-prior.ts';
import { photoFeeds, photoTaps, secondFeeds } from './step-feeds.ts';
import { compileStep, LOSS_TERMS, type LossTerm } from './step-graph.ts';
import { decodeUnknowns, type UnknownLayout, unknownLayout } from './unknowns.ts';

/**
 * Steps of the shape, and of expression and camera, in the joint steps that follow photometric ones. Those fit smooth misfits and
 * throw them away, which Adam cannot; at the full step it bends the head to them again (photographs of scans: 1.597 instead of
 * 1.474 mm). The likeness is the skin's: with all of these at the full step the cosine is the same and landmarks are farther off.
 */
const SHAPE_SHARE = 0.085;
const POSE_SHARE = 0.285;

export async function* jointSteps(
  parameters: FitParameters,
  observations: readonly Observation[],
  { model, runtime, identity, texture, points }: FitPlan,
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
  const looks = identity && (weights.identity > 0 || weights.content > 0);
  const draw = looks ? options.backdrop : undefined;
  const graph = await compileStep(runtime, {
    model,
    points,
    layout,
    identity,
    texture,
    preset,
    backdrop: draw !== undefined,
    freedom: noise.freedom,
  });
  try {
    const views = observations.map((observation) => photoView(observation, model, size));
    const taps = identity && weights.content > 0 ? await photoTaps(runtime, identity, views, size) : [];
    const resumed = options.resume?.stage === 'joint' ? options.resume : undefined;
    let state = resumed ?? (await jointStart(parameters, views, layout, texture, runtime, seed));
    const backdrops = await drawBackdrops(draw, state, views);
    let vertices: (Float32Array | undefined)[] = views.map(() => undefined);
    const skin = model.parts[0].triangles;
    const neighbors = preset.silhouettes ? triangleNeighbors(skin) : undefined;
    const before = linearPart(texture) && start.fine > 0 ? PHOTOMETRIC_SHARE : 0;
    const scale = new Float32Array(layout.length).fill(1);
    if (before > 0) slowGeometry(scale, layout);
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
        const projected = vertices[p] ?? projectSkin(model, now, p, view.viewport, backdrops[p]?.offsets);
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
          ...(backdrops[p] ? backdropFeeds(backdrops[p]) : {}),
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
        history: [...state.history, steadyLoss(losses)],
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

/** Shares of the step, in place; skin and light keep the whole. */
function slowGeometry(scale: Float32Array, layout: UnknownLayout): void {
  scale.fill(SHAPE_SHARE, 0, layout.identityCount);
  for (let p = 0; p < layout.photoCount; p++) {
    const first = layout.shared + p * layout.perPhoto;
    scale.fill(POSE_SHARE, first, first + layout.perPhoto - LIGHT_COUNTS[layout.lightKind]);
  }
}

/** Once for all steps: drawn anew they would hardly change, and they cost more than a step. */
async function drawBackdrops(
  draw: DrawBackdrop | undefined,
  { begun, parameters }: FitState,
  views: readonly PhotoView[],
): Promise<readonly Backdrop[]> {
  const backdrops: Backdrop[] = [];
  if (!draw) return backdrops;
  for (const [p, { observation, viewport }] of views.entries()) {
    backdrops.push(await draw(begun ?? parameters, p, observation, viewport));
  }
  return backdrops;
}

/** Coefficients stay where the models are people. */
function bounded(layout: UnknownLayout, x: Float32Array): Float32Array {
  const inside = x.slice();
  const clamp = (from: number, to: number): void => {
    for (let i = from; i < to; i++)
      inside[i] = Math.min(Math.max(x[i], -LARGEST_COEFFICIENT), LARGEST_COEFFICIENT);
  };
  clamp(0, layout.shared);
  for (let p = 0; p < layout.photoCount; p++) {
    const first = layout.shared + p * layout.perPhoto;
    clamp(first, first + layout.expressionCount);
  }
  return inside;
}

function learningRate({ learningRate: start, iterations }: Preset, iteration: number): number {
  return start * (0.55 + 0.45 * Math.cos((Math.PI * iteration) / iterations));
}
