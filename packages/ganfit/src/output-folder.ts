import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, parse, resolve } from 'node:path';
import { GanfitError } from '@ganfit/core/error';

/** A folder of results that is safe to write to. */
export interface OutputFolder {
  readonly path: string;
  /**
   * Claims a sub-folder for a photo; equal base names get a suffix.
   *
   * @throws GanfitError `input` when other files than an earlier result lie there.
   */
  readonly claim: (photo: string) => Promise<string>;
  /** Whether something lies in a sub-folder already. */
  readonly holds: (name: string) => Promise<boolean>;
  /** Writes the files of one result: the sub-folder appears, or is replaced, only when all of them are whole. */
  readonly place: (name: string, files: Readonly<Record<string, Uint8Array | string>>) => Promise<string>;
  /** Takes back the folders that were made and stayed empty. */
  readonly close: () => Promise<void>;
}

/** Files that tell a result of ours from somebody's folder. */
const OURS = ['face.json', 'report.json'];

/**
 * Opens a folder for results, making it where it is missing.
 *
 * @throws GanfitError `input` when it cannot be written.
 */
export async function openOutputFolder(folder: string): Promise<OutputFolder> {
  const path = resolve(folder);
  const scratch = join(path, `.ganfit-${process.pid}-${randomUUID().slice(0, 8)}`);
  const made: string[] = [];
  try {
    await makeFolders(path, made);
    await mkdir(scratch);
  } catch (cause) {
    await removeEmpty(made);
    throw unwritable(folder, cause);
  }
  const sweep = (): void => rmSync(scratch, { recursive: true, force: true });
  process.once('exit', sweep);

  const claimed = new Set<string>();
  return {
    path,
    async claim(photo) {
      const base = parse(photo).name.replace(/^\.+/, '') || 'photo';
      let name = base;
      // Lower case, because some file systems do not tell A from a.
      for (let i = 2; claimed.has(name.toLowerCase()); i++) name = `${base}-${i}`;
      claimed.add(name.toLowerCase());
      // Before the work, not after it.
      await refuseForeign(join(path, name));
      return name;
    },
    async holds(name) {
      const entries = await readdir(join(path, name)).catch(() => []);
      return entries.length > 0;
    },
    async place(name, files) {
      const target = join(path, name);
      const whole = join(scratch, name);
      try {
        await mkdir(whole);
        for (const [file, content] of Object.entries(files)) await writeFile(join(whole, file), content);
        await swap(whole, target, join(scratch, `${name}-old`));
      } catch (cause) {
        if (cause instanceof GanfitError) throw cause;
        throw unwritable(folder, cause);
      } finally {
        await rm(whole, { recursive: true, force: true });
      }
      return target;
    },
    async close() {
      process.off('exit', sweep);
      await rm(scratch, { recursive: true, force: true });
      await removeEmpty(made);
    },
  };
}

/**
 * Makes sure that a result may take this place: nothing is there, or an earlier result.
 *
 * @throws GanfitError `input` otherwise, so that nobody's own files are ever replaced.
 */
async function refuseForeign(target: string): Promise<void> {
  const found = await stat(target).catch(() => undefined);
  if (!found) return;
  const entries = found.isDirectory() ? await readdir(target) : ['file'];
  if (entries.length === 0 || OURS.some((file) => entries.includes(file))) return;
  throw new GanfitError(
    'input',
    `output: ${target} must be free or an earlier result, got ${found.isDirectory() ? 'a folder of other files' : 'a file'}. ` +
      'Choose another folder with -o.',
  );
}

/** Puts `whole` where `target` is; what others had put beside the old files moves along. */
async function swap(whole: string, target: string, old: string): Promise<void> {
  const replaced = await rename(target, old).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    if (replaced) await keepForeignFiles(old, whole);
    await rename(whole, target);
  } catch (error) {
    if (replaced) await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

async function keepForeignFiles(old: string, whole: string): Promise<void> {
  const ours = new Set(['head.glb', 'head.obj', 'head.mtl', 'head.ply', 'preview.png', ...OURS]);
  try {
    const { textures = {} } = JSON.parse(await readFile(join(old, 'face.json'), 'utf8')) as {
      textures?: Record<string, { file: string }>;
    };
    for (const { file } of Object.values(textures)) ours.add(file);
  } catch {
    // Without a readable face.json its textures are kept too: better a file too many than one lost.
  }
  const fresh = new Set(await readdir(whole));
  for (const file of await readdir(old)) {
    if (!ours.has(file) && !fresh.has(file)) await rename(join(old, file), join(whole, file));
  }
}

/**
 * Makes a folder and those above it; `made` receives them, outermost first. Node's own recursive mkdir never returns
 * where the system answers ENOENT for a folder whose parent exists, as `/proc` does.
 */
async function makeFolders(path: string, made: string[]): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return;
  if (found) throw Object.assign(new Error('not a folder'), { code: 'EEXIST' });
  if (dirname(path) !== path) await makeFolders(dirname(path), made);
  await mkdir(path);
  made.push(path);
}

/** Removes folders, innermost first, as long as they are empty. */
async function removeEmpty(made: readonly string[]): Promise<void> {
  for (const folder of [...made].reverse()) {
    try {
      await rmdir(folder);
    } catch {
      return;
    }
  }
}

function unwritable(folder: string, cause: unknown): GanfitError {
  const { code = 'an error' } = cause as NodeJS.ErrnoException;
  const got: Readonly<Record<string, string>> = {
    EACCES: 'no permission',
    EEXIST: 'a file',
    ENOTDIR: 'a file in its place',
    ENOENT: 'no such place',
    EROFS: 'a read-only disk',
    ENOSPC: 'a full disk',
  };
  return new GanfitError(
    'input',
    `output: ${folder} must be a folder that can be written, got ${got[code] ?? code}. Choose another one with -o.`,
    { cause },
  );
}
