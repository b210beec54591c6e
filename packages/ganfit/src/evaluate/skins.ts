import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GanfitError } from '@ganfit/core/error';
import { portraitSkin } from '@ganfit/core/evaluate';
import type { Image } from '@ganfit/core/image';
import { observe } from '@ganfit/core/networks';
import { readPhoto } from '../image.ts';
import type { Kit } from '../kit.ts';
import type { TextureEntry } from '../unwrap/records.ts';

/** Where skins come from: a picture each, and whether it is a texture already. */
export interface SkinSource {
  readonly paths: readonly string[];
  readonly kind: 'textures' | 'portraits';
}

const PICTURE = /\.(jpe?g|png|webp)$/i;

/**
 * Finds skins for made heads: the held-out textures of a data set of `ganfit texture unwrap`, which no texture model has
 * learnt, or a folder of portraits.
 *
 * @throws GanfitError `input` when there are none.
 */
export async function findSkins(folder: string): Promise<SkinSource> {
  const list = await readFile(join(folder, 'index.jsonl'), 'utf8').catch(() => undefined);
  if (list !== undefined) {
    const entries = new Map(
      list
        .split('\n')
        .filter((line) => line.endsWith('}'))
        .map((line) => JSON.parse(line) as TextureEntry)
        .map((entry) => [entry.id, entry]),
    );
    const paths = [...entries.values()].flatMap(({ accepted, heldOut, texture }) =>
      accepted && heldOut && texture ? [join(folder, texture)] : [],
    );
    if (paths.length > 0) return { paths, kind: 'textures' };
  }
  const names = list === undefined ? await readdir(folder).catch(() => []) : [];
  const paths = names.filter((name) => PICTURE.test(name)).map((name) => join(folder, name));
  if (paths.length > 0) return { paths: paths.sort(), kind: 'portraits' };
  throw new GanfitError(
    'input',
    `skins: ${folder} must hold portraits or a data set with held-out textures, got neither. Check the path.`,
  );
}

/** The skin number `index`, in the model's UV; the list begins again when it ends. */
export async function readSkin({ paths, kind }: SkinSource, index: number, kit: Kit): Promise<Image> {
  const path = paths[index % paths.length];
  const { image } = await readPhoto(path);
  if (kind === 'textures') return image;
  const [portrait] = await observe(image, kit.networks);
  if (!portrait) throw new GanfitError('input', `skins: ${path} must show a face, got none. Take it out.`);
  return portraitSkin(kit.model, portrait, 512);
}
