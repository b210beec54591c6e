import { unzlibSync, zlibSync } from 'fflate';
import { GanfitError } from '../../error.ts';
import { crc32 } from '../../linalg/crc32.ts';
import {
  readSafetensors,
  type Safetensor,
  type SafetensorsFile,
  tensorOf,
  writeSafetensors,
} from '../../linalg/safetensors.ts';
import type { SkinColors } from '../skin-colors.ts';
import { type LevelPlan, splitComponent, stackLevels } from './build-levels.ts';
import type { PcaLevel, TexturePca } from './texture-pca.ts';

const FORMAT = 'ganfit-texture-pca-1';
/** Largest whole number of a stored byte. */
const LIMIT = 127;

/** A PCA in full: every component at the mean's own resolution, in all colors. */
export interface FullPca extends Omit<TexturePca, 'levels'> {
  /** Left half of component k, `[3, S, S / 2]`. */
  readonly component: (k: number) => Float32Array;
}

/** How a full PCA becomes a pyramid of bytes. */
export interface PackOptions {
  readonly plan: readonly LevelPlan[];
  /** Smallest step of the stored numbers, in units of color from -1 to 1, for each level of the plan. */
  readonly steps: readonly number[];
}

/**
 * Packs a full PCA: layers of whole steps. A component whose largest number takes more than 127 steps has a longer one; all
 * others share one step, since an error counts the same in every component and small ones then deflate to little.
 */
export function packPca(full: FullPca, { plan, steps }: PackOptions): TexturePca {
  const components = Array.from({ length: full.count }, (_, k) =>
    splitComponent(
      full.component(k),
      full.parities[k],
      full.size,
      plan,
      full.detailColor,
      (values, level) => {
        const step = stepOf(values, steps[level]);
        return values.map((value) => step * Math.round(value / step));
      },
    ),
  );
  const { component: _, ...rest } = full;
  return { ...rest, mean: roundedMean(full.mean), levels: stackLevels(components, plan) };
}

/**
 * Writes a PCA as a safetensors file: bytes with a scale for each component and layer, deflated; the mean as bytes, each
 * less what its neighbors foretell, deflated.
 *
 * @param steps Of `packPca`, for each level.
 */
export function writePca(pca: TexturePca, steps: readonly number[]): Uint8Array {
  const tensors: Record<string, Safetensor> = {
    parities: { type: 'I8', shape: [pca.count], data: pca.parities },
    mean: packed(foretold(meanBytes(pca.mean), pca.size / 2)),
  };
  pca.levels.forEach(({ resolution, data }, level) => {
    const length = data.length / pca.count;
    const bytes = new Int8Array(data.length);
    const scales = new Float32Array(pca.count);
    for (let k = 0; k < pca.count; k++) {
      const row = data.subarray(k * length, (k + 1) * length);
      scales[k] = stepOf(row, steps[level]);
      for (let i = 0; i < length; i++) bytes[k * length + i] = Math.round(row[i] / scales[k]);
    }
    tensors[`level${resolution}`] = packed(bytes);
    tensors[`level${resolution}.scale`] = { type: 'F32', shape: [pca.count], data: scales };
  });
  const { skinColors } = pca;
  if (skinColors) Object.assign(tensors, skinColorTensors(skinColors));
  return writeSafetensors({
    tensors,
    metadata: {
      ...pca.metadata,
      format: FORMAT,
      name: pca.name,
      topologyDigest: pca.topologyDigest,
      size: `${pca.size}`,
      levels: JSON.stringify(pca.levels.map(({ resolution, channels }) => ({ resolution, channels }))),
      detailColor: JSON.stringify(pca.detailColor),
      residual: `${pca.residual}`,
      ...(skinColors && { skinColorReach: `${skinColors.reach}` }),
      colorSpace: 'srgb',
      colorRange: '-1,1',
      content: checksum(tensors),
    },
  });
}

/**
 * Reads what `writePca` wrote.
 *
 * @param topologyDigest Of the shape model that it is to be used with, if known.
 * @throws GanfitError `format` when the file is damaged or of another kind or version; `input` when it was made for another
 *   UV layout.
 */
export function readPca(bytes: Uint8Array, topologyDigest?: string): TexturePca {
  const file = readSafetensors(bytes);
  const { metadata } = file;
  if (metadata.format !== FORMAT) {
    throw new GanfitError(
      'format',
      `readPca: the file's format must be ${FORMAT}, got ${metadata.format ?? 'none'}. Use a file that belongs to this version.`,
    );
  }
  if (checksum(file.tensors) !== metadata.content) throw damaged('the content must match its checksum');
  if (topologyDigest !== undefined && metadata.topologyDigest !== topologyDigest) {
    throw new GanfitError(
      'input',
      `readPca: the texture model must be made for UV layout ${topologyDigest}, got ${metadata.topologyDigest}. ` +
        'Use the shape model it was trained with, or train it again on textures of this one.',
    );
  }
  const parities = tensorOf(file, 'parities', 'I8').data;
  const count = parities.length;
  const size = Number(metadata.size);
  const plan = parse<LevelPlan[]>(metadata.levels);
  const levels = plan.map(({ resolution, channels }): PcaLevel => {
    const length = (channels * resolution * resolution) / 2;
    const stored = unpacked(tensorOf(file, `level${resolution}`, 'U8').data, count * length);
    const scales = tensorOf(file, `level${resolution}.scale`, 'F32').data;
    const data = new Float32Array(count * length);
    const signed = new Int8Array(stored.buffer, stored.byteOffset, stored.length);
    for (let k = 0; k < count; k++) {
      for (let i = k * length; i < (k + 1) * length; i++) data[i] = scales[k] * signed[i];
    }
    return { resolution, channels, data };
  });
  const mean = told(unpacked(tensorOf(file, 'mean', 'U8').data, (3 * size * size) / 2), size / 2);
  return {
    name: metadata.name,
    topologyDigest: metadata.topologyDigest,
    count,
    parities,
    size,
    mean: Float32Array.from(mean, (byte) => byte / 127.5 - 1),
    levels,
    detailColor: parse<[number, number, number]>(metadata.detailColor),
    residual: Number(metadata.residual),
    skinColors: readSkinColors(file, count),
    metadata,
  };
}

function skinColorTensors({
  directions,
  rank,
  weights,
  means,
  roots,
}: SkinColors): Record<string, Safetensor> {
  const parts = weights.length;
  const whole = (shape: readonly number[], data: Float32Array): Safetensor => ({ type: 'F32', shape, data });
  return {
    'skin.directions': whole([rank, directions.length / rank], directions),
    'skin.weights': whole([parts], weights),
    'skin.means': whole([parts, rank], means),
    'skin.roots': whole([parts, rank, rank], roots),
  };
}

/** Files of before have none. */
function readSkinColors(file: SafetensorsFile, count: number): SkinColors | undefined {
  if (!file.tensors['skin.directions']) return undefined;
  const part = (name: string) => tensorOf(file, `skin.${name}`, 'F32').data;
  const [directions, weights, means, roots] = ['directions', 'weights', 'means', 'roots'].map(part);
  const rank = directions.length / count;
  const reach = Number(file.metadata.skinColorReach);
  const fits = means.length === weights.length * rank && roots.length === means.length * rank;
  if (!Number.isInteger(rank) || !fits || !(reach > 0)) {
    throw damaged('directions and parts of the skin colors must fit each other');
  }
  return { directions, rank, weights, means, roots, reach };
}

function stepOf(values: Float32Array, least: number): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  // As float32, so that a file that is read and written again has the same bytes.
  return Math.fround(Math.max(least, most / LIMIT));
}

function meanBytes(mean: Float32Array): Uint8Array {
  return Uint8Array.from(mean, (value) => Math.round(127.5 * (Math.min(1, Math.max(-1, value)) + 1)));
}

function roundedMean(mean: Float32Array): Float32Array {
  return Float32Array.from(meanBytes(mean), (byte) => byte / 127.5 - 1);
}

/** Each byte less what the three before it in its row and the row above foretell, modulo 256. */
function foretold(bytes: Uint8Array, width: number): Uint8Array {
  return bytes.map((byte, i) => byte - forecast(bytes, i, width));
}

function told(differences: Uint8Array, width: number): Uint8Array {
  const bytes = new Uint8Array(differences.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = differences[i] + forecast(bytes, i, width);
  return bytes;
}

/** The middle one of left, above, and the plane through both (LOCO-I; Weinberger et al. 2000). */
function forecast(bytes: Uint8Array, i: number, width: number): number {
  const left = i % width === 0 ? (bytes[i - width] ?? 0) : bytes[i - 1];
  const above = i < width ? left : bytes[i - width];
  const corner = i < width || i % width === 0 ? above : bytes[i - width - 1];
  const plane = left + above - corner;
  return Math.max(Math.min(left, above), Math.min(Math.max(left, above), plane));
}

function packed(bytes: Uint8Array | Int8Array): Safetensor {
  const data = zlibSync(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), { level: 9 });
  return { type: 'U8', shape: [data.length], data };
}

function unpacked(data: Uint8Array, length: number): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = unzlibSync(data);
  } catch (cause) {
    throw new GanfitError('format', 'readPca: the content must be deflated bytes. Fetch the file again.', {
      cause,
    });
  }
  if (bytes.length !== length) throw damaged(`a layer must hold ${length} numbers, got ${bytes.length}`);
  return bytes;
}

function checksum(tensors: Readonly<Record<string, Safetensor>>): string {
  return Object.keys(tensors)
    .sort()
    .map((name) => {
      const { data } = tensors[name];
      return crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).toString(16);
    })
    .join(' ');
}

function parse<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new GanfitError('format', 'readPca: the header must be JSON. Fetch the file again.', { cause });
  }
}

function damaged(what: string): GanfitError {
  return new GanfitError('format', `readPca: ${what}. Fetch the file again.`);
}
