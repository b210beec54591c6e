import type { TexelMap } from './texels.ts';

/**
 * Reads colors and trust at the mirrored places, bilinearly and weighted by trust.
 *
 * @param places From `mirrorTexels`, `[N, 2]`.
 * @param colors `[N, 3]`.
 * @param seen Trust, `[N]`, 0 … 1.
 * @returns The same of the other side; trust 0 where a texel is well seen itself or nothing lies opposite.
 */
export function sampleMirrored(
  map: TexelMap,
  places: Float32Array,
  colors: Float32Array,
  seen: Float32Array,
): { colors: Float32Array; seen: Float32Array } {
  const result = { colors: new Float32Array(colors.length), seen: new Float32Array(seen.length) };
  for (let n = 0; n < map.count; n++) {
    // Where a texel is well seen its mirror image is never asked for.
    if (seen[n] > 0.995 || Number.isNaN(places[2 * n])) continue;
    const x = places[2 * n] - 0.5;
    const y = places[2 * n + 1] - 0.5;
    const left = Math.floor(x);
    const top = Math.floor(y);
    for (let corner = 0; corner < 4; corner++) {
      const column = left + (corner & 1);
      const row = top + (corner >> 1);
      if (column < 0 || row < 0 || column >= map.size || row >= map.size) continue;
      const entry = map.entries[row * map.size + column];
      if (entry < 0 || seen[entry] <= 0) continue;
      const weight = seen[entry] * (1 - Math.abs(x - column)) * (1 - Math.abs(y - row));
      result.seen[n] += weight;
      for (let k = 0; k < 3; k++) result.colors[3 * n + k] += weight * colors[3 * entry + k];
    }
    if (result.seen[n] <= 0) continue;
    for (let k = 0; k < 3; k++) result.colors[3 * n + k] /= result.seen[n];
  }
  return result;
}
