import { appendFile, rename, rm, writeFile } from 'node:fs/promises';
import { GanfitError } from '@ganfit/core/error';

/**
 * Writes a file that is whole or as it was before, also when the process is killed or the disk full.
 *
 * @throws GanfitError `runtime` when it cannot be written.
 */
export async function writeWholeFile(path: string, data: Uint8Array | string): Promise<void> {
  const part = `${path}.part`;
  try {
    await writeFile(part, data, { flush: true });
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true });
    throw notWritable(path, cause);
  }
}

/** Adds a line to a file; one that is cut short by a full disk or a kill is for the reader to pass over. */
export async function appendLine(path: string, line: string): Promise<void> {
  await appendFile(path, `${line}\n`).catch((cause: unknown) => {
    throw notWritable(path, cause);
  });
}

function notWritable(path: string, cause: unknown): GanfitError {
  const { code = 'an error' } = cause as NodeJS.ErrnoException;
  return new GanfitError(
    'runtime',
    `${path} must be writable, got ${code === 'ENOSPC' ? 'a full disk' : code}. Make room or choose another folder.`,
    { cause },
  );
}
