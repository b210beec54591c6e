import type { ShapeModel } from '../shape/model.ts';
import { smoothstep } from '../texture/face-area.ts';
import { skinSurface } from '../texture/skin-surface.ts';
import { distanceFrom } from '../texture/surface-graph.ts';
import { mapTexels, texelsFromVertices } from '../texture/texels.ts';
import { LID_EDGE, lidLoops } from './lid-loops.ts';

/** So far up from the eye an open lid is folded away, millimetres; beyond it the photo is believed again over `FADE`. */
const FOLDED = 10;
const FADE = 3;
/** What is left of the trust there. */
const REST = 0.12;

const cache = new WeakMap<ShapeModel, Float32Array>();

/**
 * How far a photo of open eyes is believed about each texel of the skin: on an upper lid it shows lashes, make-up and a fold
 * in a strip of a few pixels, which would be drawn out into streaks when the lid closes. There the skin is the model's.
 *
 * @param size S, texels across and down the skin.
 * @returns `[N]` for the N covered texels; `undefined` where the model has no lids.
 */
export function trustOnLids(model: ShapeModel, size: number): Float32Array | undefined {
  const lids = lidLoops(model);
  const { eyelids, hidden } = model.regions;
  if (lids.length === 0 || !eyelids || !hidden) return undefined;
  let trust = cache.get(model);
  if (!trust) {
    const { mean, parts } = model;
    const ring = lids.flatMap(({ loops }) => loops[LID_EDGE]);
    const middle = ring.reduce((sum, v) => sum + mean[3 * v + 1] / ring.length, 0);
    const corner = Math.max(...ring.map((v) => Math.abs(mean[3 * v])));
    const isRim = new Set(lids.flatMap(({ loops }) => loops[LID_EDGE]));
    const distances = distanceFrom(skinSurface(model).graph, (v) => isRim.has(v), FOLDED + FADE);
    trust = Float32Array.from({ length: parts[0].vertexCount }, (_, v) => {
      const above = smoothstep(middle, middle + 2.5, mean[3 * v + 1]);
      const aside = smoothstep(corner + 5, corner - 1, Math.abs(mean[3 * v]));
      const near = smoothstep(FOLDED + FADE, FOLDED, distances[v]);
      return 1 - (1 - REST) * above * aside * near;
    });
    cache.set(model, trust);
  }
  return texelsFromVertices(mapTexels(model.parts[0], size), model.parts[0].triangles, trust, 1);
}
