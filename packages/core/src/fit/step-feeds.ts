import { rasterize } from '../mesh/rasterize.ts';
import { alignment, type Template } from '../networks/align.ts';
import type { IdentityNetwork } from '../networks/identity.ts';
import type { Observation } from '../networks/observation.ts';
import { cameraPose } from '../render/camera.ts';
import { windowVector } from '../render/trace-camera.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { ShapeModel } from '../shape/model.ts';
import type { AlignmentPoints } from './alignment-points.ts';
import { cameraPrior } from './camera-prior.ts';
import type { FitState } from './fit-step.ts';
import type { LandmarkNoise } from './landmark-noise.ts';
import { landmarkTargets } from './landmark-residuals.ts';
import type { PhotoParameters } from './parameters.ts';
import { inViewport, type PhotoView } from './photo-view.ts';
import type { Preset } from './presets.ts';
import { projectLandmarks } from './project-landmarks.ts';
import { placeRandomView, randomView } from './random-view.ts';
import { compileTaps } from './step-graph.ts';
import { type PhotoBase, photoBase } from './unknowns.ts';

/** The inputs of one photo that `step-graph.ts` declares, but for the triangles. */
export function photoFeeds(
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
  // The traced loss knows the 68 landmarks; those of FaceMesh have done their part when it begins.
  const matches = landmarkTargets(observation, noise, Math.exp(at.logScale))(points, identity, {
    ...at,
    logFocal: at.logScale + at.logDistance,
    expression: Float64Array.from(photo.expression),
  }).slice(0, 68);
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

/** Inner values of the identity network on each photo. */
export async function photoTaps(
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
export function secondFeeds(
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
