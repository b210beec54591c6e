import type { ShapeModel } from '../../shape/model.ts';
import type { TextureSet } from '../gan/texture-set.ts';
import { mirrorTexels } from '../mirror.ts';
import { mapTexels } from '../texels.ts';
import { mixRegions } from './mix-regions.ts';
import { type MixStock, tonesOf } from './mix-textures.ts';

/** Prepares textures to be mixed; the model says where eyes and nose lie in UV. */
export function mixStock(set: TextureSet, model: ShapeModel): MixStock {
  const size = set.resolution;
  const regions = mixRegions(model, size);
  const map = mapTexels(model.parts[0], size);
  const places = mirrorTexels(model, size);
  const mirror = new Float32Array(2 * size * size).fill(Number.NaN);
  for (let n = 0; n < map.count; n++) mirror.set(places.subarray(2 * n, 2 * n + 2), 2 * map.texels[n]);
  const face = regions.eyes.map((_, i) => Math.max(regions.nose[i], regions.forehead[i], regions.lower[i]));
  return { set, tones: tonesOf(set, face), regions, mirror };
}
