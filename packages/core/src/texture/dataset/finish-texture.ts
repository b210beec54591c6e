import type { ShapeModel } from '../../shape/model.ts';
import { type CompletedTexture, complete } from '../complete.ts';
import { EVEN, FLOOR, type PersonSkin } from './person-skin.ts';

/**
 * Continues one person's skin over the whole head, towards the mean person.
 *
 * The ratio of person to mean is completed by `complete`: where nothing was seen it returns smoothly to the person's own
 * tone, so the result has the mean's features (lids, ears, lips) in the person's color, without an edge.
 *
 * @param mean Linear RGB, `[S, S, 3]`.
 * @param seed Of the invented grain.
 */
export function finishTexture(
  { map, colors, trust }: PersonSkin,
  mean: Float32Array,
  model: ShapeModel,
  seed = 0,
): CompletedTexture {
  const { size } = map;
  const color = new Float32Array(3 * size * size);
  const confidence = new Float32Array(size * size);
  for (let n = 0; n < map.count; n++) {
    const texel = map.texels[n];
    confidence[texel] = trust[n];
    for (let k = 0; k < 3; k++) {
      const ratio = (colors[3 * n + k] + FLOOR) / (mean[3 * texel + k] + FLOOR);
      color[3 * texel + k] = Math.min(1, EVEN * ratio);
    }
  }
  const ratio = complete({ size, color, confidence }, model, {
    light: 0,
    darkness: 0,
    strangers: false,
    seed,
  });
  return {
    ...ratio,
    color: ratio.color.map((value, i) =>
      Math.min(1, Math.max(0, (value / EVEN) * (mean[i] + FLOOR) - FLOOR)),
    ),
  };
}
