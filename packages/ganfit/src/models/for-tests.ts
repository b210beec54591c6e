import { resolve } from 'node:path';
import type { Image } from '@ganfit/core/image';
import { loadNetworks, type NetworkFiles, type NetworkKit } from '@ganfit/core/networks';
import { readPhoto } from '../image.ts';
import { nodeRuntime } from '../runtime.ts';
import { modelFiles } from './cache.ts';
import { networkFiles } from './network-files.ts';
import type { ModelName } from './sources.ts';

/** The part of vitest's test context that is needed here. */
interface Skippable {
  skip(note?: string): never;
}

/**
 * Networks for a test: from the cache, fetched at first use. Without a registry the test is skipped with the reason,
 * unless `GANFIT_REQUIRE_ALL=1` asks for a failure.
 *
 * @example test('finds a face', async (context) => {
 *   const [bytes] = await networksOrSkip(context, ['face-detector']);
 */
export async function networksOrSkip(context: Skippable, names: readonly ModelName[]): Promise<Uint8Array[]> {
  return orSkip(context, () => modelFiles(names));
}

/** The same for all networks, opened; each test file opens them once. */
export async function kitOrSkip(context: Skippable): Promise<NetworkKit> {
  const files: NetworkFiles = await orSkip(context, () => networkFiles());
  kit ??= loadNetworks(files, nodeRuntime({ threads: 2 }));
  return kit;
}

let kit: Promise<NetworkKit> | undefined;

/** The real face of the tests: NASA's portrait of an astronaut, 512 x 512, the face about 110 pixels high. */
export async function astronaut(): Promise<Image> {
  return (await readPhoto(resolve(import.meta.dirname, '../../../../examples/astronaut.png'))).image;
}

/** Why the registry could not be reached; asking again for every test would take minutes. */
let failure: Error | undefined;

async function orSkip<T>(context: Skippable, work: () => Promise<T>): Promise<T> {
  // One more try is enough for a hiccup; npm reads this when it fetches.
  process.env['npm_config_fetch_retries'] ??= '1';
  try {
    if (failure) throw failure;
    return await work();
  } catch (error) {
    failure = error as Error;
    if (process.env['GANFIT_REQUIRE_ALL'] === '1') throw error;
    return context.skip(failure.message);
  }
}
