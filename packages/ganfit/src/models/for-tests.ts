import { modelFile } from './cache.ts';
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
  try {
    const files: Uint8Array[] = [];
    for (const name of names) files.push(await modelFile(name));
    return files;
  } catch (error) {
    if (process.env['GANFIT_REQUIRE_ALL'] === '1') throw error;
    return context.skip((error as Error).message);
  }
}
