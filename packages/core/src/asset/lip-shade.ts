import { surfacePoints } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { smoothstep } from '../texture/face-area.ts';
import { distanceFrom, surfaceGraph } from '../texture/surface-graph.ts';
import { mapTexels, texelsFromVertices } from '../texture/texels.ts';

/** From where the skin ends in the mouth to just beyond where lips meet, millimetres. */
const DEPTH = 5;
/** Share of the light that does not get between lips and teeth, and how it is told over R, G, B: what does is reddened. */
const LOSS = 0.85;
const WARMTH = [0.85, 1.1, 1.1] as const;
/** How far from its middle a mouth reaches, millimetres. */
const REACH = 40;

const cache = new WeakMap<ShapeModel, Float32Array>();

/**
 * Darkens the inside of the lips in place: no photo shows it well and no viewer shades it, so that in a smile it would lie over
 * the teeth like gums.
 *
 * @param color Linear RGB, `[S, S, 3]`, in the skin's UV.
 */
export function shadeInnerLips(color: Float32Array, size: number, model: ShapeModel): void {
  const [skin] = model.parts;
  let light = cache.get(model);
  if (!light) {
    light = lightInMouth(model);
    cache.set(model, light);
  }
  const map = mapTexels(skin, size);
  const shares = texelsFromVertices(map, skin.triangles, light, 1);
  for (let n = 0; n < map.count; n++) {
    if (shares[n] >= 1) continue;
    for (let c = 0; c < 3; c++) color[3 * map.texels[n] + c] *= shares[n] ** WARMTH[c];
  }
}

/** Share of the light that reaches each vertex of the skin, `[S]`. */
function lightInMouth(model: ShapeModel): Float32Array {
  const [skin] = model.parts;
  const { triangles, vertexCount } = skin;
  const lips = surfacePoints(model.mean, triangles, model.landmarks).subarray(3 * 60, 3 * 68);
  const middle = [0, 1, 2].map((axis) => {
    let sum = 0;
    for (let i = axis; i < lips.length; i += 3) sum += lips[i];
    return (3 * sum) / lips.length;
  });
  const border = openVertices(triangles);
  const isEnd = (v: number): boolean =>
    border.has(v) && Math.hypot(...middle.map((value, axis) => model.mean[3 * v + axis] - value)) < REACH;
  const depths = distanceFrom(surfaceGraph(model.mean, triangles, vertexCount), isEnd, DEPTH);
  return depths.map((depth) => 1 - LOSS * (1 - smoothstep(1.5, DEPTH, depth)));
}

/** Vertices at edges of one triangle alone. */
function openVertices(triangles: Uint32Array): Set<number> {
  const edges = new Map<number, number>();
  const key = (a: number, b: number): number => Math.min(a, b) * 2 ** 24 + Math.max(a, b);
  const each = (visit: (a: number, b: number) => void): void => {
    for (let i = 0; i < triangles.length; i += 3) {
      for (let c = 0; c < 3; c++) visit(triangles[i + c], triangles[i + ((c + 1) % 3)]);
    }
  };
  each((a, b) => edges.set(key(a, b), (edges.get(key(a, b)) ?? 0) + 1));
  const open = new Set<number>();
  each((a, b) => {
    if (edges.get(key(a, b)) !== 1) return;
    open.add(a);
    open.add(b);
  });
  return open;
}
