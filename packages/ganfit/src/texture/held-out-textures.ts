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
}

/**
 * Reads held-out textures, evenly spread over the list, always the same ones.
 *
 * @param most How many.
 */
export async function readHeldOut(
  dataset: TextureDataset,
  size: number,
  most: number,
  balance: ToneBalance,
): Promise<HeldOutTexture[]> {
  const all = dataset.entries.filter(({ accepted, heldOut, texture }) => accepted && heldOut && texture);
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
