import type { PartialTexture, ToneBalance } from '@ganfit/core/texture';
import { balanced, readStoredTexture, type TextureDataset, trustOf } from './weighted-textures.ts';

/** A texture that no model has learnt from. */
export interface HeldOutTexture extends PartialTexture {
  readonly id: string;
  readonly color: Float32Array;
  /** Seen texels count in full, mirrored ones less. */
  readonly confidence: Float32Array;
  /** Only what the photo showed, `[S, S]`, 0 … 1. */
  readonly seen: Float32Array;
  /** Whether the photo has more pixels than the texture has texels, so that its finest detail is real. */
  readonly resolved: boolean;
}

/** Distance of the outer corners of the eyes in the atlas, share of its edge. */
const EYES = 0.32;

/**
 * Reads held-out textures, evenly spread over the list, always the same ones.
 *
 * @param most How many.
 * @param options `trained`: textures that may be learnt from instead, as a yardstick.
 */
export async function readHeldOut(
  dataset: TextureDataset,
  size: number,
  most: number,
  balance: ToneBalance,
  { trained = false } = {},
): Promise<HeldOutTexture[]> {
  const all = dataset.entries.filter(
    ({ accepted, heldOut, texture }) => accepted && heldOut !== trained && texture,
  );
  const count = Math.min(most, all.length);
  const result: HeldOutTexture[] = [];
  for (let i = 0; i < count; i++) {
    const entry = all[Math.floor((i * all.length) / count)];
    const stored = balanced(await readStoredTexture(dataset, entry, size), entry.id, balance);
    result.push({
      id: entry.id,
      size,
      color: Float32Array.from(stored.map, (byte) => byte / 127.5 - 1),
      confidence: Float32Array.from(trustOf(stored), (value) => value / 255),
      seen: Float32Array.from(stored.seen, (value) => value / 255),
      resolved: (entry.quality.eyeDistance ?? 0) > EYES * size,
    });
  }
  return result;
}

/** Mean absolute difference on what the photo showed, in units of color from 0 to 1. */
export function seenL1(texture: ArrayLike<number>, { color, seen, size }: HeldOutTexture): number {
  const texels = size * size;
  let [sum, weight] = [0, 0];
  for (let i = 0; i < 3 * texels; i++) {
    const trust = seen[i % texels];
    sum += trust * Math.abs(texture[i] - color[i]);
    weight += trust;
  }
  return sum / (2 * weight);
}
