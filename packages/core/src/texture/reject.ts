import { surfacePoints } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { convexHull, distanceOutside } from './convex-hull.ts';
import { type FaceArea, smoothstep } from './face-area.ts';
import { measureSkinTone, type SkinTone, skinLikeness } from './skin-tone.ts';
import { distanceFrom, type SurfaceGraph } from './surface-graph.ts';
import { type TexelMap, texelsFromVertices, verticesFromTexels } from './texels.ts';

/** Distance that is kept from what is not skin, millimetres: its soft edge still colors the skin beside it. */
const KEEP_OFF = 7;

/** Above the brows hair is likely and its thin ends are hardly darker than skin: strangeness counts for so much more. */
const FRINGE = 0.8;

/** So near the border anything may connect, millimetres: the photo is faded out there anyway. */
const RIM = 8;

/** How strictly to judge. */
export interface StrangerOptions {
  /** Above the brows strangeness counts for so much more, from 0. Default 0.8. */
  readonly fringe?: number;
  /** Judges by the mean color of some millimetres instead of each texel: where light is taken out, pores are the rest. Default no. */
  readonly calm?: boolean;
}

/** The middle of the jaw line and all inner points: their convex hull is the middle of the face. */
const CORE_LANDMARKS = [7, 8, 9, ...Array.from({ length: 51 }, (_, i) => 17 + i)];

/**
 * Takes trust from texels that show hair, background or clothes instead of the face.
 *
 * Near the border of the face every color unlike the skin is doubted. What is strange and connected to the border (a
 * fringe, a strand over the cheek, the background beside a jaw that is narrower than fitted) is left out with a margin,
 * however far it reaches in. Brows, lips, eyes and, around the chin, a beard belong to the person and stay.
 *
 * @param map Layout of the skin, N texels.
 * @param graph Links of its S vertices.
 * @param colors Logarithmic RGB, `[N, 3]`.
 * @param normals Unit normals, `[N, 3]`.
 * @param seen Trust, `[N]`; changed in place.
 * @returns The person's skin.
 */
export function rejectStrangers(
  model: ShapeModel,
  map: TexelMap,
  graph: SurfaceGraph,
  area: FaceArea,
  colors: Float32Array,
  normals: Float32Array,
  seen: Float32Array,
  { fringe: doubtFringe = FRINGE, calm = false }: StrangerOptions = {},
): SkinTone {
  const { triangles, vertexCount } = model.parts[0];
  const depths = texelsFromVertices(map, triangles, area.depths, 1);
  const tone = measureSkinTone(colors, normals, (n) => seen[n] > 0.7 && depths[n] > 22);
  const doubts = doubtsOf(model, area);
  const fringe = texelsFromVertices(map, triangles, doubts.fringe, 1);
  const judged = calm ? calmed(map, triangles, vertexCount, colors, seen) : colors;
  const likeness = new Float32Array(map.count);
  for (let n = 0; n < map.count; n++) {
    likeness[n] = seen[n] > 0 ? skinLikeness(tone, judged, normals, n, 1 + doubtFringe * fringe[n]) : 0;
  }
  const { values, weights } = verticesFromTexels(map, triangles, likeness, seen, vertexCount, 1);
  const strange = reachedFromOutside(graph, area, (v) => {
    if (weights[v] === 0) return 'unseen';
    return doubts.deep[v] > 0.3 && values[v] < 0.35 ? 'strange' : 'skin';
  });
  const margin = distanceFrom(graph, (v) => strange[v] === 1, KEEP_OFF);
  const keep = texelsFromVertices(map, triangles, margin, 1);
  const doubt = texelsFromVertices(map, triangles, doubts.near, 1);
  for (let n = 0; n < map.count; n++) {
    if (seen[n] > 0) seen[n] *= (1 - doubt[n] * (1 - likeness[n])) * smoothstep(0, KEEP_OFF, keep[n]);
  }
  return tone;
}

/** Colors averaged over a vertex's surroundings, `[N, 3]`: one dark pore is no hair, a strand of them is. */
function calmed(
  map: TexelMap,
  triangles: Uint32Array,
  vertexCount: number,
  colors: Float32Array,
  seen: Float32Array,
): Float32Array {
  const { values } = verticesFromTexels(map, triangles, colors, seen, vertexCount, 3);
  return texelsFromVertices(map, triangles, values, 3);
}

/**
 * How much a strange color is held against a vertex, `[S]` each: `near` the border for itself, `deep` when it is connected to
 * the border; `fringe` where thin hair may hang. Between brows and chin everything belongs to the person. Beards grow below the nose, where hair seldom hangs
 * but at the sides.
 */
function doubtsOf(
  model: ShapeModel,
  area: FaceArea,
): { readonly near: Float32Array; readonly deep: Float32Array; readonly fringe: Float32Array } {
  const { mean } = model;
  const places = surfacePoints(mean, model.parts[0].triangles, model.landmarks);
  const nose = places[3 * 33 + 1];
  const mouth = Math.abs(places[3 * 54]);
  const core = convexHull(CORE_LANDMARKS.map((i) => [places[3 * i], places[3 * i + 1]]));
  const near = new Float32Array(area.depths.length);
  const deep = new Float32Array(area.depths.length);
  const fringe = new Float32Array(area.depths.length);
  const brows = Math.min(places[3 * 17 + 1], places[3 * 26 + 1]);
  for (let v = 0; v < near.length; v++) {
    const [x, y] = [mean[3 * v], mean[3 * v + 1]];
    const chin = smoothstep(nose, nose - 15, y) * smoothstep(1.7 * mouth, 1.1 * mouth, Math.abs(x));
    const outside = distanceOutside(core, x, y);
    const reach = 50 - 42 * chin;
    near[v] = smoothstep(reach, 0.6 * reach, area.depths[v]) * smoothstep(5, 11, outside);
    deep[v] = Math.max(near[v], (1 - chin) * smoothstep(3, 11, outside));
    fringe[v] = smoothstep(0.5, 4, outside) * smoothstep(brows - 8, brows, y);
    near[v] = Math.max(near[v], fringe[v]);
  }
  return { near, deep, fringe };
}

/** Marks the strange vertices that can be reached from outside the face without crossing skin. */
function reachedFromOutside(
  graph: SurfaceGraph,
  area: FaceArea,
  kindOf: (vertex: number) => 'skin' | 'strange' | 'unseen',
): Uint8Array {
  const marks = new Uint8Array(graph.vertexCount);
  const visited = Uint8Array.from(area.depths, (depth) => (depth === 0 ? 1 : 0));
  const stack = [...visited.keys()].filter((v) => visited[v] === 1);
  for (let v = stack.pop(); v !== undefined; v = stack.pop()) {
    for (let e = graph.starts[v]; e < graph.starts[v + 1]; e++) {
      const neighbor = graph.neighbors[e];
      if (visited[neighbor]) continue;
      const kind = kindOf(neighbor);
      if (kind === 'skin' && area.depths[neighbor] > RIM) continue;
      visited[neighbor] = 1;
      marks[neighbor] = kind === 'strange' ? 1 : 0;
      stack.push(neighbor);
    }
  }
  return marks;
}
