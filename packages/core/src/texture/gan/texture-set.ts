import { GanfitError } from '../../error.ts';

/** Square textures of one UV layout, all in memory. */
export interface TextureSet {
  readonly count: number;
  /** Edge of the maps, a power of two. */
  readonly resolution: number;
  /** `[count, 3, R, R]`, sRGB, 0 to 255. */
  readonly data: Uint8Array;
  /** The topology and UV layout of the maps; empty when unknown. */
  readonly topologyDigest: string;
}

/**
 * All maps averaged down to a resolution.
 *
 * @returns `[count, 3, R, R]`, sRGB, 0 to 255.
 * @throws GanfitError `input` when there are no maps or they are smaller than asked for.
 */
export function mapsAt(set: TextureSet, resolution: number): Uint8Array {
  const factor = set.resolution / resolution;
  if (set.count === 0 || !Number.isInteger(factor)) {
    throw new GanfitError(
      'input',
      `training: there must be maps of at least ${resolution} x ${resolution}, got ${set.count} of ${set.resolution} x ${set.resolution}. ` +
        'Unwrap photos at this size, or train at a smaller one.',
    );
  }
  if (factor === 1) return set.data;
  const planes = set.count * 3;
  const result = new Uint8Array(planes * resolution * resolution);
  for (let row = 0; row < planes * resolution; row++) {
    // Rows of all planes lie below each other, in both sizes.
    const top = row * factor * set.resolution;
    for (let column = 0; column < resolution; column++) {
      let sum = 0;
      for (let i = 0; i < factor; i++) {
        const start = top + i * set.resolution + column * factor;
        for (let j = 0; j < factor; j++) sum += set.data[start + j];
      }
      result[row * resolution + column] = Math.round(sum / (factor * factor));
    }
  }
  return result;
}
