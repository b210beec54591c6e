import { surfacePoints } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { smoothstep } from '../texture/face-area.ts';
import { mapTexels, type TexelMap, texelsFromVertices } from '../texture/texels.ts';
import { LIP_EDGE, mouthRings } from './mouth-rings.ts';

/** Share of the light that does not get between lips and teeth, and how it is told over R, G, B: what does is reddened. */
const LOSS = 0.85;
const WARMTH = [0.85, 1.1, 1.1] as const;
const cache = new WeakMap<ShapeModel, Float32Array>();

/**
 * Darkens the inside of the lips in place: no photo shows it well and no viewer shades it, so that in a smile it would lie over
 * the teeth like gums. Dark corners of the mouth are lightened.
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
  lightenCorners(color, map, model);
  const shares = texelsFromVertices(map, skin.triangles, light, 1);
  for (let n = 0; n < map.count; n++) {
    if (shares[n] >= 1) continue;
    for (let c = 0; c < 3; c++) color[3 * map.texels[n] + c] *= shares[n] ** WARMTH[c];
  }
}

/** A corner of the mouth is no darker than this share of the skin around it, and is lightened so many times at most. */
const DARKEST = 0.4;
const LIGHTEN = 4;
/** Reach of a corner and of the skin around it, millimetres. */
const CORNER = 8;
const AROUND = [9, 13] as const;

/** Skins learnt from people who smile have dark corners of the mouth; at rest they would look like dirt. */
function lightenCorners(color: Float32Array, map: TexelMap, model: ShapeModel): void {
  const [skin] = model.parts;
  const places = texelsFromVertices(map, skin.triangles, model.mean.subarray(0, 3 * skin.vertexCount), 3);
  const landmarks = surfacePoints(model.mean, skin.triangles, model.landmarks);
  const level = (n: number): number => {
    const at = 3 * map.texels[n];
    return 0.2126 * color[at] + 0.7152 * color[at + 1] + 0.0722 * color[at + 2];
  };
  for (const landmark of [48, 54]) {
    const corner = landmarks.subarray(3 * landmark, 3 * landmark + 3);
    const near: { readonly n: number; readonly away: number }[] = [];
    let sum = 0;
    let count = 0;
    for (let n = 0; n < map.count; n++) {
      const away = Math.hypot(
        places[3 * n] - corner[0],
        places[3 * n + 1] - corner[1],
        places[3 * n + 2] - corner[2],
      );
      if (away < CORNER) near.push({ n, away });
      if (away < AROUND[0] || away > AROUND[1]) continue;
      sum += level(n);
      count++;
    }
    for (const { n, away } of near) {
      const wanted = (DARKEST * sum) / Math.max(count, 1);
      const times = Math.min(LIGHTEN, Math.max(1, wanted / Math.max(level(n), 1e-3)));
      const share = smoothstep(CORNER, 0.5 * CORNER, away);
      for (let c = 0; c < 3; c++) color[3 * map.texels[n] + c] *= 1 + (times - 1) * share;
    }
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
