import { vertexNormals } from '../../mesh/normals.ts';
import type { ShapeModel } from '../../shape/model.ts';
import { rejectStrangers } from '../reject.ts';
import { skinSurface } from '../skin-surface.ts';
import type { SurfaceGraph } from '../surface-graph.ts';
import { mapTexels, type TexelMap, texelsFromVertices } from '../texels.ts';
import type { UnwrappedTexture } from '../unwrap.ts';
import { divideLight, type EstimatedLight, estimateLight } from './estimate-light.ts';
import { evenTone } from './even-tone.ts';
import { rejectOneSidedHair } from './one-sided-hair.ts';

/** One person's skin without the photo's light, at the N covered texels. */
export interface PersonSkin {
  readonly map: TexelMap;
  /** Linear RGB, `[N, 3]`. */
  readonly colors: Float32Array;
  /** Trust, `[N]`, 0 … 1; hair and other strangers have lost theirs. */
  readonly trust: Float32Array;
  readonly light: EstimatedLight;
  /** Share of the trust that hair and other strangers took. */
  readonly hidden: number;
}

/** Keeps ratios finite where the mean is black. */
export const FLOOR = 0.01;
/** What a ratio of one is stored as: a middle gray, so that `complete` and its bounds see an even skin. */
export const EVEN = 0.3;

/**
 * Takes the light out of an unwrapped photo, judged against the mean person.
 *
 * @param unwrapped From `unwrap`.
 * @param vertices The fitted head with the photo's expression, `[V, 3]`.
 * @param mean Mean albedo, linear RGB, `[S, S, 3]`; none in the first round, when skin is taken for even.
 */
export function personSkin(
  unwrapped: UnwrappedTexture,
  vertices: Float32Array,
  model: ShapeModel,
  mean?: Float32Array,
): PersonSkin {
  const skin = model.parts[0];
  const map = mapTexels(skin, unwrapped.size);
  const { graph, area } = skinSurface(model);
  const own = smoothNormals(vertexNormals(vertices.subarray(0, 3 * skin.vertexCount), skin.triangles), graph);
  const normals = unitRows(texelsFromVertices(map, skin.triangles, own, 3));
  const [colors, albedo] = [new Float32Array(3 * map.count), new Float32Array(3 * map.count)];
  const trust = new Float32Array(map.count);
  for (let n = 0; n < map.count; n++) {
    const texel = map.texels[n];
    trust[n] = unwrapped.confidence[texel];
    for (let k = 0; k < 3; k++) {
      colors[3 * n + k] = unwrapped.color[3 * texel + k];
      albedo[3 * n + k] = mean ? mean[3 * texel + k] : EVEN;
    }
  }
  const light = estimateLight({ colors, albedo, normals, trust }, mean ? 2 : 1);
  divideLight(light, colors, normals);

  const seen = trust.slice();
  const ratios = colors.map((value, i) => Math.log((EVEN * (value + FLOOR)) / (albedo[i] + FLOOR) + 0.02));
  rejectStrangers(model, map, graph, area, ratios, normals, trust, { fringe: 0.2, calm: true });
  if (mean) rejectOneSidedHair(model, map, ratios, seen, trust);
  const before = total(seen);
  const hidden = before > 0 ? 1 - total(trust) / before : 1;
  if (mean) evenTone(model, map, colors, albedo, trust);
  return { map, colors, trust, light, hidden };
}

/** Rounds of averaging with the neighbors: normals of about two centimetres of skin. */
const SMOOTHING = 30;

/**
 * Around nostrils and lids the surface turns quickly while the light that reaches it, soft and scattered, does not: divided
 * by the light of the bare normals these rims would glow.
 */
function smoothNormals(
  normals: Float32Array,
  { vertexCount, starts, neighbors }: SurfaceGraph,
): Float32Array {
  let values = normals;
  for (let round = 0; round < SMOOTHING; round++) {
    const next = values.slice();
    for (let v = 0; v < vertexCount; v++) {
      for (let e = starts[v]; e < starts[v + 1]; e++) {
        for (let k = 0; k < 3; k++) next[3 * v + k] += values[3 * neighbors[e] + k];
      }
    }
    values = unitRows(next);
  }
  return values;
}

function total(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function unitRows(values: Float32Array): Float32Array {
  for (let i = 0; i < values.length; i += 3) {
    const length = Math.hypot(values[i], values[i + 1], values[i + 2]) || 1;
    for (let k = 0; k < 3; k++) values[i + k] /= length;
  }
  return values;
}
