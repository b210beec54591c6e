import { surfacePoints } from '../../shape/evaluate.ts';
import type { ShapeModel } from '../../shape/model.ts';
import { smoothstep } from '../face-area.ts';
import { mirroredVertices } from '../mirror.ts';
import { skinSurface } from '../skin-surface.ts';
import { coverageOf, smoothBand } from '../smooth-band.ts';
import { distanceFrom } from '../surface-graph.ts';
import { type TexelMap, texelsFromVertices } from '../texels.ts';

/** So much darker (logarithmic) than the other side of the face, beside hair, is hair. */
const DARKER = 0.4;
/** Distance that is kept from it, millimetres. */
const KEEP_OFF = 5;

/**
 * Takes trust from brows and temples that a fringe covers on one side.
 *
 * In the middle of the face strange colors are the person's own (brows, lashes), so `rejectStrangers` leaves them. What is
 * connected to hair that it did find and much darker than its mirror image is that hair.
 *
 * @param ratios Logarithms of person beside mean, the light divided out, `[N, 3]`.
 * @param before Trust before hair was looked for, `[N]`.
 * @param trust After it, `[N]`; changed in place.
 */
export function rejectOneSidedHair(
  model: ShapeModel,
  map: TexelMap,
  ratios: Float32Array,
  before: Float32Array,
  trust: Float32Array,
): void {
  const { triangles, vertexCount } = model.parts[0];
  const { graph } = skinSurface(model);
  const coverage = coverageOf(map, triangles, vertexCount);
  const band = smoothBand(map, triangles, ratios, before, coverage);
  const after = smoothBand(map, triangles, ratios, trust, coverage);
  const partners = mirroredVertices(model);
  const nose = surfacePoints(model.mean, triangles, model.landmarks)[3 * 33 + 1];
  const darkness = Float32Array.from({ length: vertexCount }, (_, v) => {
    const w = partners[v];
    // Beards are dark on one side where the other is lit; hair hangs from above.
    if (w < 0 || model.mean[3 * v + 1] < nose || band.trust[v] < 0.5 || after.trust[w] < 0.5) return 0;
    return [0, 1, 2].reduce((sum, k) => sum + band.values[3 * w + k] - band.values[3 * v + k], 0) / 3;
  });
  const hair = Uint8Array.from(band.trust, (value, v) => (value > 0.6 && after.trust[v] < 0.3 ? 1 : 0));
  const stack = [...hair.keys()].filter((v) => hair[v] === 1);
  let found = false;
  for (let v = stack.pop(); v !== undefined; v = stack.pop()) {
    for (let e = graph.starts[v]; e < graph.starts[v + 1]; e++) {
      const w = graph.neighbors[e];
      if (hair[w] || darkness[w] < DARKER) continue;
      hair[w] = 2;
      found = true;
      stack.push(w);
    }
  }
  if (!found) return;
  const keep = texelsFromVertices(
    map,
    triangles,
    distanceFrom(graph, (v) => hair[v] === 2, KEEP_OFF),
    1,
  );
  for (let n = 0; n < map.count; n++) trust[n] *= smoothstep(0, KEEP_OFF, keep[n]);
}
