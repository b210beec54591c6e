import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { GanfitError } from '@ganfit/core/error';
import { type ForeignMesh, foreignTiles, GALLERY_COLUMNS, readObj } from '@ganfit/core/evaluate';
import type { Image } from '@ganfit/core/image';
import sharp from 'sharp';
import { readPhoto } from '../image.ts';
import { stackImages } from './stack-images.ts';

/** A folder of another method's meshes, each named like its photo. */
export interface OtherMethod {
  readonly name: string;
  readonly folder: string;
}

/** `NAME=FOLDER`, as the command line gives it. */
export function parseOther(text: string): OtherMethod {
  const [name, folder] = text.split(/=(.*)/s);
  if (!name || !folder) {
    throw new GanfitError('input', `gallery: --other must be NAME=FOLDER, got ${text}.`);
  }
  return { name, folder };
}

const GAP = 8;
const LABEL = 26;

/** A line of labels above the columns of a gallery. */
export async function labelRow(labels: readonly string[], tile: number, gap = GAP): Promise<Image> {
  const width = labels.length * (tile + gap) + gap;
  const safe = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  const text = labels.map((label, i) => {
    const x = gap + i * (tile + gap) + tile / 2;
    return `<text x="${x}" y="19" text-anchor="middle" font-family="sans-serif" font-size="${Math.min(15, tile / 17)}">${safe(label)}</text>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${LABEL}"><rect width="${width}" height="${LABEL}" fill="#fcfcfc"/>${text.join('')}</svg>`;
  const { data } = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width, height: LABEL, channels: 3, data: new Uint8Array(data) };
}

/** A page of rows below their labels. */
export async function galleryPage(
  rows: readonly Image[],
  others: readonly OtherMethod[],
  tile: number,
): Promise<Image> {
  const more = others.flatMap(({ name }) => [name, `${name}, geometry`]);
  return stackImages([await labelRow([...GALLERY_COLUMNS, ...more], tile), ...rows]);
}

/**
 * The tiles of other methods for a photo: `FOLDER/PHOTO.obj`, with `PHOTO.png` or `PHOTO.jpg` beside it as its texture. A
 * method that has nothing for this photo leaves its two tiles empty.
 *
 * @throws GanfitError `format` when a mesh is there and cannot be read.
 */
export async function otherTiles(
  photo: string,
  others: readonly OtherMethod[],
  tile: number,
): Promise<Image[]> {
  const empty: Image = {
    width: tile,
    height: tile,
    channels: 3,
    data: new Uint8Array(3 * tile * tile).fill(252),
  };
  const { name } = parse(photo);
  const tiles: Image[] = [];
  for (const { folder } of others) {
    const path = join(folder, `${name}.obj`);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) {
      tiles.push(empty, empty);
      continue;
    }
    let mesh: ForeignMesh;
    try {
      mesh = readObj(text);
    } catch (cause) {
      throw new GanfitError('format', `gallery: ${path} must be a mesh, got ${(cause as Error).message}`, {
        cause,
      });
    }
    const texture = ['.png', '.jpg', '.jpeg']
      .map((end) => join(folder, name + end))
      .find((file) => existsSync(file));
    tiles.push(...foreignTiles(mesh, texture ? (await readPhoto(texture)).image : undefined, tile));
  }
  return tiles;
}
