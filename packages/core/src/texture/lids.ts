import type { ShapeModel } from '../shape/model.ts';
import { heightBelowEyes } from './cavities.ts';
import { smoothstep } from './face-area.ts';
import type { SkinTone } from './skin-tone.ts';
import { distanceFrom, type SurfaceGraph } from './surface-graph.ts';
import { type TexelMap, texelsFromVertices } from './texels.ts';

/** Lashes grow at the rim: so far from it dark texels stay, millimetres. */
const RIM = 2;
/** So far up an open eye's lashes cover the lid in the photo, millimetres. */
const LASHES = 9;
/** What is left of them tells of make-up and of the fold. */
const MOST = 0.7;

/**
 * Takes trust from lashes that the photo shows in front of the lids.
 *
 * Seen from the front an open eye's lid is a narrow strip behind its lashes; laid out and closed it would wear them as long
 * streaks. A line at the rim stays.
 *
 * @param model Its regions `eyelids` and `hidden` are read; without them nothing happens.
 * @param colors Logarithmic RGB, `[N, 3]`, light taken out.
 * @param seen Trust, `[N]`; changed in place.
 */
export function rejectLashes(
  model: ShapeModel,
  map: TexelMap,
  graph: SurfaceGraph,
  colors: Float32Array,
  seen: Float32Array,
  tone: SkinTone,
): void {
  const { eyelids, hidden } = model.regions;
  if (!eyelids || !hidden) return;
  const height = heightBelowEyes(model);
  const isSocket = (v: number): boolean => hidden[v] > 127 && model.mean[3 * v + 1] > height;
  const distances = distanceFrom(graph, isSocket, LASHES);
  const band = distances.map((distance, v) => {
    const inside = smoothstep(RIM, 2.5 * RIM, distance) * smoothstep(LASHES, 0.8 * LASHES, distance);
    return (inside * eyelids[v]) / 255;
  });
  const shares = texelsFromVertices(map, model.parts[0].triangles, band, 1);
  const light = (tone.color[0] + tone.color[1] + tone.color[2]) / 3;
  for (let n = 0; n < map.count; n++) {
    if (shares[n] === 0 || seen[n] === 0) continue;
    const dark = light - (colors[3 * n] + colors[3 * n + 1] + colors[3 * n + 2]) / 3;
    seen[n] *= 1 - shares[n] * MOST * smoothstep(0.4, 0.9, dark);
  }
}
