import { rmSync } from 'node:fs';
import { mkdir, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** A holder touches its folder this often, ms; a folder untouched for five times as long was left by a killed process. */
const BEAT = 1000;

/**
 * Runs `work` while holding the folder `path`, which exists exactly as long. Creating a folder is atomic on every
 * file system, the network kinds too. Leftovers of a killed process are cleared away by the next one.
 *
 * @param path Folder to create; `work` may write into it.
 */
export async function withFolderLock<T>(
  path: string,
  signal: AbortSignal | undefined,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      await mkdir(path);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const held = await stat(path).catch(() => undefined);
      if (held && Date.now() - held.mtimeMs > 5 * BEAT) await rm(path, { recursive: true, force: true });
      else await wait(150, undefined, { signal });
    }
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, BEAT);
  beat.unref();
  // A command that ends the process at once, as after Ctrl-C, shall not make the next one wait.
  const release = () => rmSync(path, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await work(path);
  } finally {
    clearInterval(beat);
    process.off('exit', release);
    await rm(path, { recursive: true, force: true });
  }
}
