import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { GanfitError } from '@ganfit/core/error';

/** A photo to be unwrapped. */
export interface ListedPhoto {
  /** Name of the folder that was given and the path in it, without suffix: `london/neutral/001_03`. */
  readonly id: string;
  readonly path: string;
}

const PICTURES = new Set(['.jpg', '.jpeg', '.png', '.webp', '.tif', '.tiff', '.avif']);

/**
 * Lists photos: files as they are, folders with everything below.
 *
 * @throws GanfitError `input` when one of them does not exist, or two photos would get the same name.
 */
export async function listPhotos(places: readonly string[]): Promise<ListedPhoto[]> {
  const found = new Map<string, string>();
  for (const place of places.map((name) => resolve(name))) {
    const info = await stat(place).catch((cause: unknown) => {
      throw new GanfitError('input', `unwrap: ${place} must exist, got nothing. Check the path.`, { cause });
    });
    const files = info.isDirectory()
      ? (await readdir(place, { recursive: true })).map((name) => join(place, name))
      : [place];
    const root = info.isDirectory() ? dirname(place) : dirname(dirname(place));
    for (const path of files.sort()) {
      if (!PICTURES.has(extname(path).toLowerCase())) continue;
      const id = relative(root, path).replaceAll('\\', '/').slice(0, -extname(path).length);
      const other = found.get(id);
      if (other !== undefined && other !== path) {
        throw new GanfitError(
          'input',
          `unwrap: names must differ, got ${id} for ${other} and ${path}. Rename one.`,
        );
      }
      found.set(id, path);
    }
  }
  return [...found].map(([id, path]) => ({ id, path }));
}

/** The name of a photo's files in a data set: its id without folders. */
export function fileName(id: string): string {
  return id.replaceAll('/', '-');
}

/**
 * Reads a list of ids, one a line; `*` stands for anything, `#` begins a remark.
 *
 * @returns Whether an id is on the list.
 * @throws GanfitError `input` when the file cannot be read.
 */
export async function readIds(path: string): Promise<(id: string) => boolean> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new GanfitError('input', `unwrap: ${basename(path)} must be a text file of ids. Check the path.`, {
      cause,
    });
  });
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  const exact = new Set(lines.filter((line) => line !== '' && !line.includes('*')));
  const patterns = lines
    .filter((line) => line.includes('*'))
    .map((line) => new RegExp(`^${line.split('*').map(escapeText).join('.*')}$`));
  return (id) => exact.has(id) || patterns.some((pattern) => pattern.test(id));
}

function escapeText(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
