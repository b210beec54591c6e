import type { ShapeModel } from '../shape/model.ts';
import { smoothstep } from '../texture/face-area.ts';
import { mapTexels, texelsFromVertices } from '../texture/texels.ts';
import { LIP_EDGE, mouthRings } from './mouth-rings.ts';

/** Share of the light that does not get between lips and teeth, and how it is told over R, G, B: what does is reddened. */
const LOSS = 0.85;
const WARMTH = [0.85, 1.1, 1.1] as const;
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

/** Share of the light that reaches each vertex of the skin, `[S]`: told by rings, which lie close at the corners of a mouth. */
function lightInMouth(model: ShapeModel): Float32Array {
  const light = new Float32Array(model.parts[0].vertexCount).fill(1);
  mouthRings(model)
    ?.rings.slice(0, LIP_EDGE)
    .forEach((ring, k) => {
      for (const v of ring) light[v] = 1 - LOSS * (1 - smoothstep(1, LIP_EDGE, k));
    });
  return light;
}
