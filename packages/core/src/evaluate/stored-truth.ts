import { readSafetensors, tensorOf, writeSafetensors } from '../linalg/safetensors.ts';
import type { Scan } from './scan.ts';
import type { ScanTruth } from './scan-truth.ts';

/** Writes what `scanTruth` found as a safetensors file; the scan itself is not in it. */
export function writeTruth({ identity, points, mask }: ScanTruth): Uint8Array {
  return writeSafetensors({
    metadata: {},
    tensors: {
      identity: { type: 'F32', shape: [identity.length], data: identity },
      points: { type: 'F32', shape: [mask.length, 3], data: Float32Array.from(points) },
      mask: { type: 'U8', shape: [mask.length], data: mask },
    },
  });
}

/**
 * Reads it again.
 *
 * @param scan The scan that it was made from.
 * @throws GanfitError `format` when the file is another one.
 */
export function readTruth(bytes: Uint8Array, scan: Scan): ScanTruth {
  const file = readSafetensors(bytes);
  return {
    scan,
    identity: Float32Array.from(tensorOf(file, 'identity', 'F32').data),
    points: Float64Array.from(tensorOf(file, 'points', 'F32').data),
    mask: Uint8Array.from(tensorOf(file, 'mask', 'U8').data),
  };
}
