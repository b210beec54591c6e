import { type Safetensor, writeSafetensors } from '../../linalg/safetensors.ts';
import type { ShapeModel } from '../../shape/model.ts';
import { mapTexels } from '../texels.ts';
import { mixRegions } from './mix-regions.ts';

/**
 * Writes where the parts that people lend each other lie in UV, for mixing on a machine that knows no shape model: one mask
 * for each region of `mixRegions`, and `skin`, `[S, S]` bytes from 0 to 255.
 *
 * @param size S, texels across and down.
 * @returns A safetensors file; its metadata name the UV layout.
 */
export function writeMixRegions(model: ShapeModel, size: number): Uint8Array {
  const skin = new Float32Array(size * size);
  for (const texel of mapTexels(model.parts[0], size).texels) skin[texel] = 1;
  const tensors = Object.fromEntries(
    Object.entries({ ...mixRegions(model, size), skin }).map(([name, mask]): [string, Safetensor] => [
      name,
      { type: 'U8', shape: [size, size], data: Uint8Array.from(mask, (share) => Math.round(255 * share)) },
    ]),
  );
  return writeSafetensors({ tensors, metadata: { topologyDigest: model.topologyDigest } });
}
