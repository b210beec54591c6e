import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GanfitError } from '@ganfit/core/error';
import { linearToBytes, srgbToLinear } from '@ganfit/core/image';
import {
  measureBalance,
  type SkinTone,
  type ToneBalance,
  toneChange,
  type WeightedTextures,
} from '@ganfit/core/texture';
import sharp from 'sharp';
import type { TextureEntry } from '../unwrap/records.ts';

/** The version of data sets that is understood; `ganfit texture unwrap` writes it. */
const VERSION = 1;
/** A mirrored texel tells about the skin's color, nothing about its asymmetry. */
const MIRRORED = 0.4;

/** The list of a data set, one entry for each photo. */
export interface TextureDataset {
  readonly folder: string;
  readonly topologyDigest: string;
  readonly entries: readonly TextureEntry[];
}

/**
 * Reads the list of a data set of `ganfit texture unwrap`.
 *
 * @param topologyDigest Of the shape model in use.
 * @throws GanfitError `input` when the folder holds none, or one of another version or UV layout.
 */
export async function readDataset(folder: string, topologyDigest: string): Promise<TextureDataset> {
  const text = await readFile(join(folder, 'dataset.json'), 'utf8').catch((cause: unknown) => {
    throw new GanfitError(
      'input',
      `texture: ${folder} must be a data set, got no dataset.json. Make one with \`ganfit texture unwrap\`.`,
      { cause },
    );
  });
  const head = JSON.parse(text) as { readonly version?: number; readonly topologyDigest?: string };
  if (head.version !== VERSION) {
    throw new GanfitError(
      'input',
      `texture: the data set in ${folder} must be of version ${VERSION}, got ${head.version}. Unwrap the photos again.`,
    );
  }
  if (head.topologyDigest !== topologyDigest) {
    throw new GanfitError(
      'input',
      `texture: the data set in ${folder} must have UV layout ${topologyDigest}, got ${head.topologyDigest}. ` +
        'Unwrap the photos again with this shape model.',
    );
  }
  // A photo may have been done again: its last line counts. A line that a killed run left unfinished is passed over.
  const entries = new Map<string, TextureEntry>();
  for (const line of (await readFile(join(folder, 'index.jsonl'), 'utf8').catch(() => '')).split('\n')) {
    try {
      const entry = JSON.parse(line) as TextureEntry;
      entries.set(entry.id, entry);
    } catch {}
  }
  return { folder, topologyDigest, entries: [...entries.values()].sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

/** One texture with what its texels rest on. */
export interface StoredTexture {
  readonly size: number;
  /** `[3, S, S]`, sRGB, 0 to 255. */
  readonly map: Uint8Array;
  /** `[S, S]`, 0 to 255: what the photo showed there. */
  readonly seen: Uint8Array;
  /** `[S, S]`, 0 to 255: what the photo showed on the other side. */
  readonly mirrored: Uint8Array;
}

/**
 * Reads the texture of an entry.
 *
 * @throws GanfitError `input` when a file is missing or broken.
 */
export async function readStoredTexture(
  { folder }: TextureDataset,
  entry: TextureEntry,
  size: number,
): Promise<StoredTexture> {
  const texels = size * size;
  const planes = async (name: string | undefined): Promise<Uint8Array> => {
    try {
      const pixels = await sharp(join(folder, name ?? ''))
        .resize(size, size, { fit: 'fill' })
        .toColourspace('srgb')
        .removeAlpha()
        .raw()
        .toBuffer();
      const result = new Uint8Array(3 * texels);
      for (let i = 0; i < texels; i++) for (let c = 0; c < 3; c++) result[c * texels + i] = pixels[3 * i + c];
      return result;
    } catch (cause) {
      throw new GanfitError(
        'input',
        `texture: ${name ?? `the texture of ${entry.id}`} must be a picture that can be read. Unwrap the photo again.`,
        { cause },
      );
    }
  };
  const map = await planes(entry.texture);
  const trust = await planes(entry.confidence);
  return { size, map, seen: trust.slice(0, texels), mirrored: trust.slice(texels, 2 * texels) };
}

/** How textures are read for training. */
export interface ReadOptions {
  /** First folder of the ids of photos that share one camera and light; others are balanced towards their hues. */
  readonly reference?: string;
  readonly onRead?: (fraction: number) => void;
}

/** Textures to learn from, and which entries they are. */
export interface LoadedTextures {
  readonly set: WeightedTextures;
  readonly entries: readonly TextureEntry[];
  /** White balances that were evened out. */
  readonly balance: ToneBalance;
}

/**
 * Reads the textures that may be trained on: accepted and not held out.
 *
 * @param warn Told of files that cannot be read; they are left out.
 * @throws GanfitError `input` when there are none.
 */
export async function readWeightedTextures(
  dataset: TextureDataset,
  size: number,
  warn: (line: string) => void,
  { reference, onRead = () => {} }: ReadOptions = {},
): Promise<LoadedTextures> {
  const wanted = dataset.entries.filter(({ accepted, heldOut, texture }) => accepted && !heldOut && texture);
  const [maps, weights, entries]: [Uint8Array[], Uint8Array[], TextureEntry[]] = [[], [], []];
  const tones: SkinTone[] = [];
  for (const entry of wanted) {
    onRead(entries.length / wanted.length);
    try {
      const stored = await readStoredTexture(dataset, entry, size);
      const { map, seen } = stored;
      maps.push(map);
      tones.push(skinTone(map, seen));
      weights.push(trustOf(stored));
      entries.push(entry);
    } catch (error) {
      if (!(error instanceof GanfitError)) throw error;
      warn(error.message);
    }
  }
  if (entries.length === 0) {
    throw new GanfitError(
      'input',
      `texture: ${dataset.folder} must hold textures to train on, got none. Make them with \`ganfit texture unwrap\`.`,
    );
  }
  const groups = entries.map(({ id }) => groupOf(id));
  const balance = reference === undefined ? {} : measureBalance(tones, groups, reference);
  maps.forEach((map, i) => {
    recolor(map, toneChange(balance, groups[i], tones[i]));
  });
  const known = new Map<string, number>();
  const people = entries.map(({ id }) => {
    const person = personOf(id);
    const number = known.get(person) ?? known.size;
    known.set(person, number);
    return number;
  });
  return { set: { size, topologyDigest: dataset.topologyDigest, maps, weights, people }, entries, balance };
}

/**
 * The person in a photo as far as its name tells: photos of one collection whose names begin with the same number are taken
 * for the same person (`london-neutral/001_03` and `london-smiling/001_08`).
 */
export function personOf(id: string): string {
  const [folder, name] = [id.slice(0, Math.max(0, id.lastIndexOf('/'))), id.slice(id.lastIndexOf('/') + 1)];
  const [number] = name.match(/\d+/) ?? [name];
  return /^\d/.test(name) ? `${folder.split(/[/-]/)[0]} ${number}` : id;
}

/** How far each texel is believed, `[S, S]`, 0 to 255. */
export function trustOf({ seen, mirrored }: StoredTexture): Uint8Array {
  return seen.map((value, i) => value + MIRRORED * mirrored[i]);
}

/** A stored texture with its white balance evened out as in training. */
export function balanced(texture: StoredTexture, id: string, balance: ToneBalance): StoredTexture {
  const map = texture.map.slice();
  recolor(map, toneChange(balance, groupOf(id), skinTone(map, texture.seen)));
  return { ...texture, map };
}

/** The collection of a photo: the first folder of its id. */
function groupOf(id: string): string {
  return id.split('/')[0];
}

/** Median of the well-seen texels. */
function skinTone(map: Uint8Array, seen: Uint8Array): SkinTone {
  const texels = seen.length;
  const stride = Math.max(1, Math.floor(texels / 20_000));
  const median = (c: number): number => {
    const values: number[] = [];
    for (let i = 0; i < texels; i += stride) if (seen[i] > 180) values.push(map[c * texels + i]);
    values.sort((a, b) => a - b);
    return Math.log(srgbToLinear((values[values.length >> 1] ?? 128) / 255) + 0.005);
  };
  return [median(0), median(1), median(2)];
}

/** Multiplies the linear colors of a map, in place. */
function recolor(map: Uint8Array, change: SkinTone): void {
  const texels = map.length / 3;
  change.forEach((logarithm, c) => {
    if (logarithm === 0) return;
    const table = linearToBytes(
      Float32Array.from({ length: 256 }, (_, byte) =>
        Math.min(1, Math.exp(logarithm) * srgbToLinear(byte / 255)),
      ),
    );
    for (let i = c * texels; i < (c + 1) * texels; i++) map[i] = table[map[i]];
  });
}
