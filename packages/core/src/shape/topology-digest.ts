import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ShapePart } from './model.ts';

/**
 * Identity of a skin's topology and texture layout: SHA-256, hex, over triangles, UV triangles and UV in 1/65535 steps.
 * A texture fits exactly the models whose digest it carries.
 */
export function topologyDigest(
  skin: Pick<ShapePart, 'vertexCount' | 'triangles' | 'uv' | 'uvTriangles'>,
): string {
  const hash = sha256.create();
  hash.update(bytesOf(Uint32Array.of(skin.vertexCount, skin.triangles.length, skin.uv.length)));
  hash.update(bytesOf(skin.triangles));
  hash.update(bytesOf(skin.uvTriangles));
  hash.update(bytesOf(Uint16Array.from(skin.uv, (x) => Math.round(x * 65535))));
  return bytesToHex(hash.digest());
}

function bytesOf(array: Uint32Array | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
