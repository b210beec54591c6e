import { surfacePoints } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { type FaceArea, smoothstep } from './face-area.ts';
import { measureSkinTone, type SkinTone, skinLikeness } from './skin-tone.ts';
import { distanceFrom, type SurfaceGraph } from './surface-graph.ts';
import { type TexelMap, texelsFromVertices, verticesFromTexels } from './texels.ts';

/** Distance that is kept from what is not skin, millimetres: its soft edge still colors the skin beside it. */
const KEEP_OFF = 7;

/** So near the border anything may connect, millimetres: the photo is faded out there anyway. */
const RIM = 8;

/** Brows and eyes: dark by nature. */
const DARK_LANDMARKS = [
  17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
];

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
): SkinTone {
  const { triangles, vertexCount } = model.parts[0];
  const depths = texelsFromVertices(map, triangles, area.depths, 1);
  const tone = measureSkinTone(colors, normals, (n) => seen[n] > 0.7 && depths[n] > 22);
  const doubts = doubtsOf(model, area);
  const likeness = new Float32Array(map.count);
  for (let n = 0; n < map.count; n++) {
    likeness[n] = seen[n] > 0 ? skinLikeness(tone, colors, normals, n) : 0;
  }
  const { values, weights } = verticesFromTexels(map, triangles, likeness, seen, vertexCount, 1);
  const strange = reachedFromOutside(
    graph,
    area,
    (v) => weights[v] > 0 && doubts[v] > 0.3 && values[v] < 0.5,
  );
  const margin = distanceFrom(graph, (v) => strange[v] === 1, KEEP_OFF);
  const keep = texelsFromVertices(map, triangles, margin, 1);
  const doubt = texelsFromVertices(map, triangles, doubts, 1);
  for (let n = 0; n < map.count; n++) {
    if (seen[n] > 0) seen[n] *= (1 - doubt[n] * (1 - likeness[n])) * smoothstep(0, KEEP_OFF, keep[n]);
  }
  return tone;
}

/** How much a strange color is held against a vertex, `[S]`: near the border fully, at brows and chin hardly. */
function doubtsOf(model: ShapeModel, area: FaceArea): Float32Array {
  const { mean } = model;
  const places = surfacePoints(mean, model.parts[0].triangles, model.landmarks);
  // Beards grow below the nose; hair seldom hangs there but at the sides.
  const nose = places[3 * 33 + 1];
  const mouth = Math.abs(places[3 * 54]);
  return area.depths.map((depth, v) => {
    const [x, y, z] = [mean[3 * v], mean[3 * v + 1], mean[3 * v + 2]];
    const low = smoothstep(nose, nose - 15, y);
    const central = smoothstep(1.7 * mouth, 1.1 * mouth, Math.abs(x));
    const reach = 60 - 52 * low * central;
    let nearest = Number.POSITIVE_INFINITY;
    for (const landmark of DARK_LANDMARKS) {
      const [px, py, pz] = places.subarray(3 * landmark, 3 * landmark + 3);
      nearest = Math.min(nearest, Math.hypot(px - x, py - y, pz - z));
    }
    return smoothstep(reach, 0.65 * reach, depth) * smoothstep(5, 11, nearest);
  });
}

/** Marks the vertices that hold to a condition and are connected to what lies outside the face through such vertices. */
function reachedFromOutside(
  graph: SurfaceGraph,
  area: FaceArea,
  holds: (vertex: number) => boolean,
): Uint8Array {
  const marks = new Uint8Array(graph.vertexCount);
  const visited = Uint8Array.from(area.depths, (depth) => (depth === 0 ? 1 : 0));
  const stack = [...visited.keys()].filter((v) => visited[v] === 1);
  for (let v = stack.pop(); v !== undefined; v = stack.pop()) {
    for (let e = graph.starts[v]; e < graph.starts[v + 1]; e++) {
      const neighbor = graph.neighbors[e];
      if (visited[neighbor]) continue;
      const strange = holds(neighbor);
      if (!strange && area.depths[neighbor] > RIM) continue;
      visited[neighbor] = 1;
      marks[neighbor] = strange ? 1 : 0;
      stack.push(neighbor);
    }
  }
  return marks;
}
