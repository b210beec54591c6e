import { readdir, readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { GanfitError } from '@ganfit/core/error';
import type { TextureSet } from '@ganfit/core/texture';
import sharp from 'sharp';

/** What the list of a data set says of a texture, as far as training reads it. */
interface ListedTexture {
  readonly id: string;
  readonly accepted: boolean;
  readonly heldOut?: boolean;
  readonly texture?: string;
  readonly topologyDigest: string;
}

/** The files of a data set that may be trained on. */
export interface TextureFiles {
  readonly paths: readonly string[];
  /** Empty when the folder has no list. */
  readonly topologyDigest: string;
}

const PICTURE = /\.(jpe?g|png|webp)$/i;

/**
 * Finds the textures to train on: with an `index.jsonl`, as `ganfit texture unwrap` writes it, those that were accepted and are
 * not held out; else all pictures in the folder.
 *
 * @throws GanfitError `input` when there are none, or the list speaks of several UV layouts.
 */
export async function findTextures(dataset: string): Promise<TextureFiles> {
  const list = await readFile(join(dataset, 'index.jsonl'), 'utf8').catch(() => undefined);
  if (list === undefined) {
    const names = await readdir(dataset).catch(() => []);
    const paths = names.filter((name) => PICTURE.test(name) && !name.includes('confidence')).sort();
    if (paths.length === 0) throw noTextures(dataset);
    return { paths: paths.map((name) => join(dataset, name)), topologyDigest: '' };
  }
  // A photo may have been done again: its last line counts. A line that a killed run left unfinished is passed over.
  const entries = new Map<string, ListedTexture>();
  for (const line of list.split('\n')) {
    try {
      const entry = JSON.parse(line) as ListedTexture;
      entries.set(entry.id, entry);
    } catch {}
  }
  const used = [...entries.values()].filter(
    (entry) => entry.accepted && !entry.heldOut && entry.texture !== undefined,
  );
  if (used.length === 0) throw noTextures(dataset);
  const digests = new Set(used.map((entry) => entry.topologyDigest));
  if (digests.size > 1) {
    throw new GanfitError(
      'input',
      `texture: all maps of ${dataset} must have one UV layout, got ${digests.size}. Unwrap the photos again.`,
    );
  }
  const paths = used.map((entry) => join(dataset, entry.texture as string)).sort();
  return { paths, topologyDigest: used[0].topologyDigest };
}

/**
 * Reads the textures of a data set into memory.
 *
 * @param resolution Edge that all are brought to.
 * @param warn Told of files that cannot be read; they are left out.
 */
export async function readTextureSet(
  dataset: string,
  resolution: number,
  warn: (line: string) => void = () => {},
): Promise<TextureSet> {
  const { paths, topologyDigest } = await findTextures(dataset);
  const plane = resolution * resolution;
  const maps: Uint8Array[] = [];
  for (const path of paths) {
    try {
      const pixels = await sharp(path)
        .resize(resolution, resolution, { fit: 'fill' })
        .toColourspace('srgb')
        .removeAlpha()
        .raw()
        .toBuffer();
      const map = new Uint8Array(3 * plane);
      const step = pixels.length / plane;
      for (let i = 0; i < plane; i++)
        for (let c = 0; c < 3; c++) map[c * plane + i] = pixels[i * step + (step < 3 ? 0 : c)];
      maps.push(map);
    } catch (cause) {
      warn(`${parse(path).base} is left out: ${(cause as Error).message.split('\n')[0]}`);
    }
  }
  if (maps.length === 0) throw noTextures(dataset);
  const data = new Uint8Array(maps.length * 3 * plane);
  for (const [i, map] of maps.entries()) data.set(map, i * 3 * plane);
  return { count: maps.length, resolution, data, topologyDigest };
}

function noTextures(dataset: string): GanfitError {
  return new GanfitError(
    'input',
    `texture: ${dataset} must hold textures to train on, got none. Make them with \`ganfit texture unwrap\`.`,
  );
}
