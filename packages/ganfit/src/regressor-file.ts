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
  const bytes = await weightsOf('shape-regressor.safetensors');
  const regressor = loadShapeRegressor(bytes);
  return regressor.shapeDigest === shapeDigest ? { regressor, digest: sha256(bytes) } : undefined;
}

/**
 * Reads the network from whose answers the regressor reads shape.
 *
 * @throws GanfitError `runtime` when the file is missing.
 */
export function readShapeNetwork(): Promise<Uint8Array> {
  return weightsOf('shape-network.onnx');
}

async function weightsOf(name: string): Promise<Uint8Array> {
  try {
    return await readFile(createRequire(import.meta.url).resolve(`@ganfit/models/${name}`));
  } catch (cause) {
    throw new GanfitError(
      'runtime',
      `${name}: the weights must be in @ganfit/models, got none. Install it again.`,
      { cause },
    );
  }
}
