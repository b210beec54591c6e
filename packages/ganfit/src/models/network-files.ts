import type { NetworkFiles } from '@ganfit/core/networks';
import { readShapeNetwork } from '../regressor-file.ts';
import { type ModelCacheOptions, modelFile, modelFiles } from './cache.ts';
import { modelSource } from './sources.ts';

/**
 * The networks that `loadNetworks` of the library wants, from the cache. Errors as `modelFile`.
 *
 * @param options `mesh`: FaceMesh, too. Default false.
 */
export async function networkFiles(
  options: ModelCacheOptions & { readonly mesh?: boolean } = {},
): Promise<NetworkFiles> {
  const [detector, landmarks, identity, weights, manifest] = await modelFiles(
    ['face-detector', 'face-landmarks', 'face-identity', 'face-judge', 'face-judge-manifest'],
    options,
  );
  const mesh = options.mesh ? await meshFile(options) : undefined;
  const shape = await readShapeNetwork();
  return { detector, landmarks, identity, judge: { weights, manifest }, shape, ...(mesh && { mesh }) };
}

/** FaceMesh, `face_landmark.tflite`, out of the file that holds several. Errors as `modelFile`. */
export async function meshFile(options: ModelCacheOptions = {}): Promise<Uint8Array> {
  return (await modelFile('face-mesh', options)).subarray(...(modelSource('face-mesh').slice ?? []));
}
