import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { GanfitError } from '@ganfit/core/error';
import { loadShapeRegressor, type ShapeRegressor } from '@ganfit/core/fit';
import { sha256 } from './digest.ts';

/** The regressor of the shape that comes along. */
export interface LoadedRegressor {
  readonly regressor: ShapeRegressor;
  /** SHA-256 of the file. */
  readonly digest: string;
}

/**
 * Reads the regressor that comes along.
 *
 * @param shapeDigest SHA-256 of the shape model's file.
 * @returns `undefined` when the shape model is not the one whose coefficients the regressor knows.
 * @throws GanfitError `runtime` when the file is missing, `format` when it is damaged.
 */
export async function readRegressor(shapeDigest: string): Promise<LoadedRegressor | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(
      createRequire(import.meta.url).resolve('@ganfit/models/shape-regressor.safetensors'),
    );
  } catch (cause) {
    throw new GanfitError(
      'runtime',
      'shape regressor: the weights must be in @ganfit/models, got none. Install it again.',
      { cause },
    );
  }
  const regressor = loadShapeRegressor(bytes);
  return regressor.shapeDigest === shapeDigest ? { regressor, digest: sha256(bytes) } : undefined;
}
