import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTruth, type Scan, type ScanTruth, scanTruth, writeTruth } from '@ganfit/core/evaluate';
import type { ShapeModel } from '@ganfit/core/shape';
import { sha256 } from '../digest.ts';
import { writeWholeFile } from '../texture/whole-file.ts';

/** Raised when the dense fit or the mask changes. */
const VERSION = 1;

/**
 * `scanTruth`, kept in a file: the same scan, model and version give the same truth.
 *
 * @param folder Where the file is looked for and written.
 */
export async function keptTruth(model: ShapeModel, scan: Scan, folder: string): Promise<ScanTruth> {
  const key = sha256(
    Buffer.concat([
      Buffer.from(`${VERSION} ${model.topologyDigest} ${JSON.stringify(scan.landmarks)}`),
      bytesOf(model.mean),
      bytesOf(model.identity.data),
      bytesOf(scan.points),
    ]),
  );
  const path = join(folder, `truth-${key.slice(0, 16)}.safetensors`);
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes) return readTruth(new Uint8Array(bytes), scan);
  const truth = scanTruth(model, scan);
  await mkdir(folder, { recursive: true });
  await writeWholeFile(path, writeTruth(truth));
  return truth;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
