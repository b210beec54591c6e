import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { GanfitError } from '@ganfit/core/error';
import { importIct, loadShapeModel, type ShapeModel } from '@ganfit/core/shape';
import { sha256 } from './digest.ts';

/** A shape model and the digest of the file it came from. */
export interface LoadedShape {
  readonly model: ShapeModel;
  /** SHA-256 of the file. */
  readonly digest: string;
  /** Under which terms heads made with it stand, in one line. */
  readonly license: string;
}

const OURS =
  'Shape model: ganfit (Apache-2.0), learnt from ICT-FaceKit (MIT, USC Institute for Creative Technologies) ' +
  'and MakeHuman (CC0)';
const ICT = 'Shape model: ICT-FaceKit Light (MIT, USC Institute for Creative Technologies)';

/**
 * Reads a shape model: the one that comes along, or a file of the user's, ours or ICT-FaceKit Light's one-file form.
 *
 * @throws GanfitError `input` when the user's file cannot be read, `format` when it is no shape model.
 */
export async function readShape(path?: string): Promise<LoadedShape> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(
      path ?? createRequire(import.meta.url).resolve('@ganfit/models/shape.safetensors'),
    );
  } catch (cause) {
    if (path === undefined) {
      throw new GanfitError(
        'runtime',
        'shape: the model must be in @ganfit/models, got none. Install it again.',
        {
          cause,
        },
      );
    }
    throw new GanfitError('input', `shape: ${path} must be a file that can be read. Check the path.`, {
      cause,
    });
  }
  // The two kinds are told apart by their header, which is JSON at the start of the file.
  const isIct = new TextDecoder('latin1').decode(bytes.subarray(8, 4096)).includes('"expression_names"');
  const model = (isIct ? importIct : loadShapeModel)(new Uint8Array(bytes));
  return { model, digest: sha256(bytes), license: isIct ? ICT : OURS };
}
