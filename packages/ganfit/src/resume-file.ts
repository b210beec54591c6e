import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GanfitError } from '@ganfit/core/error';
import { type FaceDocument, readFaceJson } from '@ganfit/core/formats';
import type { Kit } from './kit.ts';

/**
 * Reads the `face.json` that a fit shall go on from.
 *
 * @param path The file, or the folder that it lies in.
 * @throws GanfitError `input` when it cannot be read, `format` when it is none.
 */
export async function readResume(path: string): Promise<FaceDocument> {
  const file = /\.json$/i.test(path) ? path : join(path, 'face.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new GanfitError('input', `resume: ${file} must be a file that can be read. Check the path.`, {
      cause,
    });
  }
  return readFaceJson(text);
}

/**
 * Makes sure that an earlier fit was made with the models of this one: coefficients mean nothing to others.
 *
 * @throws GanfitError `input` naming the model that differs.
 */
export function checkResume({ model, digests, parameters }: FaceDocument, kit: Kit): void {
  const must = (what: string, wanted: string | undefined, got: string | undefined): void => {
    if (wanted === got) return;
    throw new GanfitError(
      'input',
      `resume: the ${what} of face.json must be the one of this fit, got another digest. Name it with --${what.split(' ')[0]}, or ` +
        'fit from the beginning.',
    );
  };
  must('shape model', kit.model.topologyDigest, model.topologyDigest);
  must('shape model', kit.digests['shape'], digests['shape']);
  if (parameters.texture && kit.texture) must('texture model', kit.digests['texture'], digests['texture']);
}
