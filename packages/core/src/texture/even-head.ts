import { vertexNormals } from '../mesh/normals.ts';
import type { ShapeModel } from '../shape/model.ts';
import { nostrilShares } from './cavities.ts';
import { plainSkin } from './dataset/even-tone.ts';
import { diffuse } from './diffuse.ts';
import { smoothstep } from './face-area.ts';
import { padCharts } from './pad.ts';
import { skinSurface } from './skin-surface.ts';
import type { SurfaceGraph } from './surface-graph.ts';
import { mapTexels, texelsFromVertices, verticesFromTexels } from './texels.ts';

/** Millimetres inside the border of the face over which the model's own texture gives way to its smooth part, and that to a membrane. */
const RIM = [20, 44] as const;
const OUTER_RIM = [2, 18] as const;
/** A color changes no faster than over this distance inside the rim, and beyond the face, millimetres. */
const SMOOTH = 6;
const SLOW = 45;
/** Nothing is known beyond the face: to a thousandth is near enough. */
const ROUGHLY = 1e-6;
const FLOOR = 0.02;
/** Rounds of averaging that take the folds out of an ear. */
const UNFOLD = 25;
/** What a millimetre below the unfolded ear takes of the light, logarithmic RGB: blood colors what light skin passes on. */
const HOLLOW = [0.045, 0.085, 0.085] as const;
const DEEPEST = 4;
/** Ears are thin and well supplied: what they are beside the face, logarithmic RGB. */
const EAR_TINT = [0.01, -0.035, -0.03] as const;
/** What the nostrils of a skin learnt from photos still have too much of, logarithmic RGB: in a viewer they glow orange. */
const NOSTRIL = [-0.75, -0.85, -0.6] as const;

/**
 * Continues the skin of the face over scalp, ears and neck. What a texture model says there was never photographed, and at the
 * sides of the face seldom: it is a mottled average of guesses. Its smooth part takes over towards the border, and beyond it a
 * membrane that leaves the face at the face's own tone and follows the model's slowly. The hollows of the ears are shaded,
 * or an ear looks like a wax cast, and so are nostrils.
 *
 * @param color Linear RGB, `[S, S, 3]`; changed in place.
 * @param size S.
 */
export function evenHead(color: Float32Array, size: number, model: ShapeModel): void {
  const skin = model.parts[0];
  const map = mapTexels(skin, size);
  const { graph, area } = skinSurface(model);
  const [logs, albedo] = [new Float32Array(3 * map.count), new Float32Array(3 * map.count)];
  for (let i = 0; i < logs.length; i++) {
    albedo[i] = color[3 * map.texels[Math.floor(i / 3)] + (i % 3)];
    logs[i] = Math.log(albedo[i] + FLOOR);
  }
  const ones = new Float32Array(map.count).fill(1);
  const { values } = verticesFromTexels(map, skin.triangles, logs, ones, skin.vertexCount, 3);
  const plain = plainSkin(model, map, graph, albedo);
  const inside = area.depths.map((depth, v) => {
    // Brows and lips reach into the rim and stay as they are.
    return Math.max(smoothstep(RIM[0], RIM[1], depth), (1 - plain[v]) * smoothstep(0, RIM[0], depth));
  });
  const weights = inside.map((share, v) => {
    const rim = smoothstep(OUTER_RIM[0], OUTER_RIM[1], area.depths[v]) / SMOOTH ** 2;
    return (share * share) / (1.001 - share) + rim + 1 / SLOW ** 2;
  });
  const smooth = diffuse(graph, { values, weights }, 3, ROUGHLY);
  const ears = earShade(model, graph);
  const base = texelsFromVertices(
    map,
    skin.triangles,
    smooth.map((value, i) => value + ears[i]),
    3,
  );
  const own = texelsFromVertices(map, skin.triangles, inside, 1);
  const nostrils = texelsFromVertices(map, skin.triangles, nostrilShares(model, graph), 1);
  const known = new Uint8Array(size * size);
  for (let n = 0; n < map.count; n++) {
    const texel = map.texels[n];
    known[texel] = 1;
    if (own[n] >= 1 && nostrils[n] === 0) continue;
    for (let k = 0; k < 3; k++) {
      const even = base[3 * n + k] + own[n] * (logs[3 * n + k] - base[3 * n + k]);
      const log = even + nostrils[n] * NOSTRIL[k];
      color[3 * texel + k] = Math.min(1, Math.max(0, Math.exp(log) - FLOOR));
    }
  }
  padCharts(color, known, size, 3);
}

const earCache = new WeakMap<ShapeModel, Float32Array>();

/** What is added to the logarithms of a smooth skin on the ears, `[V, 3]`: how far a place lies below the ear without its folds. */
function earShade(model: ShapeModel, graph: SurfaceGraph): Float32Array {
  const cached = earCache.get(model);
  if (cached) return cached;
  const region = model.regions['ears'];
  const { starts, neighbors, vertexCount } = graph;
  const shade = new Float32Array(3 * vertexCount);
  if (region) {
    const skin = model.parts[0];
    const normals = vertexNormals(model.mean.subarray(0, 3 * vertexCount), skin.triangles);
    let points = model.mean.slice(0, 3 * vertexCount);
    for (let round = 0; round < UNFOLD; round++) {
      const next = points.slice();
      for (let v = 0; v < vertexCount; v++) {
        if (region[v] === 0) continue;
        for (let k = 0; k < 3; k++) {
          let sum = points[3 * v + k];
          for (let e = starts[v]; e < starts[v + 1]; e++) sum += points[3 * neighbors[e] + k];
          next[3 * v + k] = sum / (1 + starts[v + 1] - starts[v]);
        }
      }
      points = next;
    }
    for (let v = 0; v < vertexCount; v++) {
      const share = (region[v] ?? 0) / 255;
      if (share === 0) continue;
      const below = [0, 1, 2].reduce(
        (sum, k) => sum + normals[3 * v + k] * (points[3 * v + k] - model.mean[3 * v + k]),
        0,
      );
      const depth = Math.min(DEEPEST, Math.max(0, below));
      for (let k = 0; k < 3; k++) shade[3 * v + k] = share * (EAR_TINT[k] - HOLLOW[k] * depth);
    }
  }
  earCache.set(model, shade);
  return shade;
}
