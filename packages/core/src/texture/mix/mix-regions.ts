import { surfacePoints } from '../../shape/evaluate.ts';
import type { ShapeModel } from '../../shape/model.ts';
import { smoothstep } from '../face-area.ts';
import { mapTexels, texelsFromVertices } from '../texels.ts';

/** A part of the face that one person may lend to another: both eyes together, so that no face looks two ways. */
export type MixRegionName = 'eyes' | 'nose' | 'forehead' | 'lower';

/** 1 inside … 0 outside, soft, `[S, S]`. */
export type MixRegions = Readonly<Record<MixRegionName, Float32Array>>;

/** Width of a region's soft border, as a share of its own extent. */
const SOFT = 0.28;

/**
 * Lays soft regions out in UV.
 *
 * Lips, beard and jaw go together as `lower`: a shaved mouth in a beard is nobody's.
 *
 * @param size S, texels across and down.
 */
export function mixRegions(model: ShapeModel, size: number): MixRegions {
  const skin = model.parts[0];
  const map = mapTexels(skin, size);
  const points = texelsFromVertices(map, skin.triangles, model.mean, 3);
  const marks = surfacePoints(model.mean, skin.triangles, model.landmarks);
  const at = (indices: readonly number[], axis: number): number =>
    indices.reduce((sum, i) => sum + marks[3 * i + axis], 0) / indices.length;
  const eye = { x: Math.abs(at([36, 37, 38, 39, 40, 41], 0)), y: at([36, 37, 38, 39, 40, 41], 1) };
  const brow = at([18, 19, 20], 1);
  const nose = { y: at([29, 33], 1), top: at([28], 1), base: at([33], 1) };
  const width = Math.abs(at([0], 0));
  const chin = at([8], 1);
  // Radii in units in which the soft border begins at 1 - SOFT and ends at 1.
  const radii: Readonly<Record<MixRegionName, (x: number, y: number) => number>> = {
    eyes: (x, y) =>
      Math.hypot(
        (Math.abs(x) - eye.x) / (1.05 * eye.x),
        (y - 0.5 * (eye.y + brow)) / (0.95 * (brow - eye.y) + 12),
      ),
    nose: (x, y) => Math.hypot(x / 26, (y - nose.y) / (1.1 * (nose.top - nose.y) + 6)),
    forehead: (x, y) => Math.hypot(x / (1.15 * width), (y - brow - 50) / 46),
    lower: (x, y) =>
      Math.max(
        Math.hypot(x / (1.25 * width), (y - chin) / (1.3 * (nose.base - chin))),
        (y - nose.base - 4) / 9 + 1,
      ),
  };
  const regions = {} as Record<MixRegionName, Float32Array>;
  for (const [name, radius] of Object.entries(radii)) {
    const mask = new Float32Array(size * size);
    for (let n = 0; n < map.count; n++) {
      const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
      if (z > 0) mask[map.texels[n]] = smoothstep(1, 1 - SOFT, radius(x, y));
    }
    regions[name as MixRegionName] = mask;
  }
  return regions;
}
