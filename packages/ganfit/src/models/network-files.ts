import type { NetworkFiles } from '@ganfit/core/networks';
import { type ModelCacheOptions, modelFiles } from './cache.ts';

/** The networks that `loadNetworks` of the library wants, from the cache. Errors as `modelFile`. */
export async function networkFiles(options: ModelCacheOptions = {}): Promise<NetworkFiles> {
  const [detector, landmarks, identity, weights, manifest] = await modelFiles(
    ['face-detector', 'face-landmarks', 'face-identity', 'face-judge', 'face-judge-manifest'],
    options,
  );
  return { detector, landmarks, identity, judge: { weights, manifest } };
}
