import { surfacePoints } from '../../shape/evaluate.ts';
import type { ShapeModel } from '../../shape/model.ts';
import { diffuse } from '../diffuse.ts';
import { smoothstep } from '../face-area.ts';
import { mirroredVertices } from '../mirror.ts';
import { skinSurface } from '../skin-surface.ts';
import { coverageOf, smoothBand } from '../smooth-band.ts';
import { distanceFrom, type SurfaceGraph } from '../surface-graph.ts';
import { type TexelMap, texelsFromVertices, verticesFromTexels } from '../texels.ts';

/** Smaller things are skin (pores, spots, folds), larger ones may be light, millimetres. */
const SCALE = 3.5;
/** Where nothing is known the field falls to zero over this distance, millimetres. */
const REACH = 18;
/** A color so far from its surroundings (logarithmic) counts half. */
const OUTLIER = 0.3;
/** What stays of brightness that is larger than `SCALE`, alike on both sides, and above or below the average person's. */
const KEEP_BRIGHT = 0.15;
const KEEP_DARK = 0.3;
/** A gloss this strong (logarithmic) is white; its missing color is given back in full. */
const GLOSS = 0.25;
/** So much darker than its median the mean person is a feature (brow, lashes, nostril), logarithmic. */
const DARK = 0.3;
/** Features are kept off by so much: a fit lays them this far beside the average, millimetres. */
const MARGIN = 3;
/** Fine detail so many times stronger than the face's median is hair. */
const HAIR = [1.6, 2.6] as const;
/** The same for strands on the forehead; its wrinkles are weaker. */
const FRINGE = [2.5, 3.5] as const;
const FLOOR = 0.01;
/** The fields are smooth and their effect is a guess: a thousandth is near enough. */
const ROUGHLY = 1e-6;

/**
 * Takes out the light that spherical harmonics cannot hold: cast shadows, gloss, a lamp at the side of the nose.
 *
 * The photo beside the mean person is split at 6 mm. Of the smooth part
 * - what differs between left and right is light: the pigment of skin is even and symmetric at this scale. It is taken out
 *   where both sides are seen;
 * - what is brighter or darker than the average person on both sides is mostly gloss and shadow (prior deviations of light
 *   0.2 against 0.1 of pigment, logarithmic: the best guess keeps a fifth to a third). Hair is told from shadow by its
 *   grain, so that a beard keeps its darkness or its white;
 * - color other than that of gloss stays: red cheeks, shaved chins and dark rings are the person's own.
 *
 * Whether a whole face is dark or dimly lit no single photo tells; this function does not touch it.
 *
 * @param colors Linear RGB, the harmonic light divided out, `[N, 3]`; changed in place.
 * @param albedo The mean person there, linear RGB, `[N, 3]`.
 * @param trust `[N]`, 0 … 1; strands of hair on the forehead lose theirs.
 */
export function evenTone(
  model: ShapeModel,
  map: TexelMap,
  colors: Float32Array,
  albedo: Float32Array,
  trust: Float32Array,
): void {
  const { triangles, vertexCount } = model.parts[0];
  const { graph } = skinSurface(model);
  const ratios = colors.map((value, i) => Math.log((value + FLOOR) / (albedo[i] + FLOOR)));
  const coverage = coverageOf(map, triangles, vertexCount);
  const band = smoothBand(map, triangles, ratios, trust, coverage);
  const plain = plainSkin(model, map, graph, albedo);
  const share = graph.areas.map((area, v) => area * plain[v] * (band.trust[v] > 0.7 ? 1 : 0));
  const tone = [0, 1, 2].map((k) => medianOf(band.values, share, k));
  const values = band.values.map((value, i) => (band.trust[Math.floor(i / 3)] > 0 ? value - tone[i % 3] : 0));
  const smooth = robustSmooth(graph, values, (v) => band.trust[v] * plain[v]);
  const { hair, fringe } = hairiness(model, map, graph, ratios, band, trust, share);
  const known = screened(graph, band.trust, new Float32Array(vertexCount).fill(1 / SCALE ** 2), 1);

  const partners = mirroredVertices(model);
  const correction = new Float32Array(3 * vertexCount);
  for (let v = 0; v < vertexCount; v++) {
    const w = partners[v];
    const both = w < 0 ? 0 : smoothstep(0.1, 0.6, Math.min(known[v], known[w]));
    const even = [0, 1, 2].map((k) => {
      const side = both * 0.5 * (smooth[3 * v + k] - smooth[3 * Math.max(w, 0) + k]);
      correction[3 * v + k] = side;
      return smooth[3 * v + k] - side;
    });
    const brightness = (even[0] + even[1] + even[2]) / 3;
    const kept = brightness > 0 ? KEEP_BRIGHT : KEEP_DARK;
    const taken = (1 - (kept + (1 - kept) * hair[v])) * brightness;
    // Gloss adds white: what it has taken of red (and given of blue) comes back with it.
    const gloss = Math.min(1, Math.max(0, taken) / GLOSS);
    for (let k = 0; k < 3; k++) {
      const hue = even[k] - even[1];
      const pale = (k === 0 && hue < 0) || (k === 2 && hue > 0) ? 0.8 * gloss * hue : 0;
      correction[3 * v + k] += taken + pale;
    }
  }
  const strands = texelsFromVertices(map, triangles, fringe, 1);
  for (let n = 0; n < trust.length; n++) trust[n] *= 1 - strands[n];
  const spread = texelsFromVertices(map, triangles, correction, 3);
  for (let i = 0; i < colors.length; i++) {
    colors[i] = Math.max(0, (colors[i] + FLOOR) * Math.exp(-spread[i]) - FLOOR);
  }
}

/** What stays of the mean person's own light and dark areas: the average photo is lit from above. */
const KEEP_MEAN = 0.5;

/**
 * Evens the mean person, whose cheeks, sockets and jaw carry the light that all photos share. Features and color stay.
 *
 * @param color Linear RGB, `[S, S, 3]`; changed in place.
 */
export function evenMean(model: ShapeModel, map: TexelMap, color: Float32Array): void {
  const { triangles, vertexCount } = model.parts[0];
  const { graph } = skinSurface(model);
  const albedo = Float32Array.from(
    { length: 3 * map.count },
    (_, i) => color[3 * map.texels[Math.floor(i / 3)] + (i % 3)],
  );
  const logs = albedo.map((value) => Math.log(value + FLOOR));
  const ones = new Float32Array(map.count).fill(1);
  const { values } = verticesFromTexels(map, triangles, logs, ones, vertexCount, 3);
  const plain = plainSkin(model, map, graph, albedo);
  const share = graph.areas.map((area, v) => area * plain[v]);
  const tone = [0, 1, 2].map((k) => medianOf(values, share, k));
  const beside = values.map((value, i) => value - tone[i % 3]);
  const smooth = robustSmooth(graph, beside, (v) => plain[v]);
  const correction = Float32Array.from(
    { length: vertexCount },
    (_, v) => ((1 - KEEP_MEAN) * (smooth[3 * v] + smooth[3 * v + 1] + smooth[3 * v + 2])) / 3,
  );
  const spread = texelsFromVertices(map, triangles, correction, 1);
  for (let n = 0; n < map.count; n++) {
    for (let k = 0; k < 3; k++) {
      const i = 3 * map.texels[n] + k;
      color[i] = Math.max(0, (color[i] + FLOOR) * Math.exp(-spread[n]) - FLOOR);
    }
  }
}

/** Screened smoothing over the surface, reweighted once so that a strand of hair or a mole leaves no halo. */
function robustSmooth(
  graph: SurfaceGraph,
  values: Float32Array,
  trust: (vertex: number) => number,
): Float32Array {
  const held = Float32Array.from({ length: graph.vertexCount }, (_, v) => trust(v) / SCALE ** 2);
  const brightness = held.map((_, v) => (values[3 * v] + values[3 * v + 1] + values[3 * v + 2]) / 3);
  const first = screened(graph, brightness, held, 1);
  const steady = held.map((weight, v) => weight / (1 + ((brightness[v] - first[v]) / OUTLIER) ** 2));
  return screened(graph, values, steady, 3);
}

function screened(
  graph: SurfaceGraph,
  values: Float32Array,
  held: Float32Array,
  channels: number,
): Float32Array {
  const weights = held.map((weight) => weight + 1 / REACH ** 2);
  const wished = values.map((value, i) => {
    const v = Math.floor(i / channels);
    return (value * held[v]) / weights[v];
  });
  return diffuse(graph, { values: wished, weights }, channels, ROUGHLY);
}

const plainCache = new WeakMap<SurfaceGraph, { readonly albedo: number; readonly plain: Float32Array }>();

/** 1 on plain skin … 0 at and beside brows, lips, lids and nostrils of the mean person, `[V]`. */
export function plainSkin(
  model: ShapeModel,
  map: TexelMap,
  graph: SurfaceGraph,
  albedo: Float32Array,
): Float32Array {
  // The mean is the same for thousands of photos: its sum tells it from another.
  const key = albedo.reduce((sum, value, i) => sum + value * (1 + (i % 97)), 0);
  const cached = plainCache.get(graph);
  if (cached?.albedo === key) return cached.plain;
  const { triangles, vertexCount } = model.parts[0];
  const brightness = Float32Array.from({ length: map.count }, (_, n) =>
    Math.log((albedo[3 * n] + albedo[3 * n + 1] + albedo[3 * n + 2]) / 3 + FLOOR),
  );
  const ones = new Float32Array(map.count).fill(1);
  const { values } = verticesFromTexels(map, triangles, brightness, ones, vertexCount, 1);
  const { lips } = model.regions;
  const usual = medianOf(values, graph.areas, 0, 1);
  const plain = distanceFrom(graph, (v) => values[v] < usual - DARK || lips?.[v] > 127, MARGIN).map(
    (distance) => smoothstep(0, MARGIN, distance),
  );
  plainCache.set(graph, { albedo: key, plain });
  return plain;
}

/** 1 where fine detail is as strong as hair's, in the lower face and on the forehead, `[V]` each. */
export function hairiness(
  model: ShapeModel,
  map: TexelMap,
  graph: SurfaceGraph,
  ratios: Float32Array,
  band: { readonly values: Float32Array; readonly trust: Float32Array },
  trust: Float32Array,
  share: Float32Array,
): { readonly hair: Float32Array; readonly fringe: Float32Array } {
  const { triangles, vertexCount } = model.parts[0];
  const base = texelsFromVertices(map, triangles, band.values, 3);
  const power = Float32Array.from({ length: map.count }, (_, n) => {
    const beside = [0, 1, 2].reduce((sum, k) => sum + ratios[3 * n + k] - base[3 * n + k], 0) / 3;
    return trust[n] > 0 ? Math.min(0.25, beside * beside) : 0;
  });
  const { values } = verticesFromTexels(map, triangles, power, trust, vertexCount, 1);
  const usual = Math.max(1e-4, medianOf(values, share, 0, 1));
  const smooth = screened(
    graph,
    values,
    band.trust.map((value) => value / SCALE ** 2),
    1,
  );
  const rough = smooth.map((value) => Math.sqrt(Math.max(0, value) / usual));
  const places = surfacePoints(model.mean, triangles, model.landmarks);
  const [nose, brows] = [places[3 * 33 + 1], Math.max(places[3 * 19 + 1], places[3 * 24 + 1])];
  const height = (v: number): number => model.mean[3 * v + 1];
  return {
    hair: rough.map(
      (value, v) => smoothstep(nose + 4, nose - 6, height(v)) * smoothstep(HAIR[0], HAIR[1], value),
    ),
    fringe: rough.map(
      (value, v) => smoothstep(brows + 4, brows + 10, height(v)) * smoothstep(FRINGE[0], FRINGE[1], value),
    ),
  };
}

/** Weighted median of one channel. */
export function medianOf(values: Float32Array, weights: Float32Array, k: number, channels = 3): number {
  const order = [...weights.keys()].filter((v) => weights[v] > 0);
  order.sort((a, b) => values[channels * a + k] - values[channels * b + k]);
  const half = order.reduce((sum, v) => sum + weights[v], 0) / 2;
  let sum = 0;
  for (const v of order) {
    sum += weights[v];
    if (sum >= half) return values[channels * v + k];
  }
  return 0;
}
