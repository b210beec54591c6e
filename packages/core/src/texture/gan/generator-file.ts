import { GanfitError } from '../../error.ts';
import { readSafetensors, type Safetensor, writeSafetensors } from '../../linalg/safetensors.ts';
import { constant, type Shape } from '../../tensor/index.ts';
import type { TextureModel } from '../model.ts';
import { type GanArchitecture, generatorShapes, type NamedArrays, resolutionsOf } from './architecture.ts';
import { generate } from './generator.ts';

/** Names the kind of file in its metadata. */
export const GENERATOR_FORMAT = 'ganfit-texture-gan-1';

/** What a generator's file holds. */
export interface StoredGenerator {
  readonly name: string;
  readonly architecture: GanArchitecture;
  /** Topology and UV layout of the textures; see `topologyDigest` in room `shape`. */
  readonly topologyDigest: string;
  /** As the layers see them, by the names of `generatorShapes`. */
  readonly weights: NamedArrays;
  /** Free text that stays readable in the file, such as licences. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Writes a generator as a safetensors file: weights as bytes with a scale for each output channel, toRGB layers and biases as
 * float32.
 *
 * @throws GanfitError `shape` when a weight is missing or has another size.
 */
export function writeGenerator(generator: StoredGenerator): Uint8Array {
  const { architecture, name, topologyDigest, metadata = {} } = generator;
  const tensors: Record<string, Safetensor> = {};
  for (const [key, shape] of Object.entries(generatorShapes(architecture))) {
    const data = generator.weights[key];
    const size = shape.reduce((a, b) => a * b, 1);
    if (data?.length !== size) {
      throw new GanfitError(
        'shape',
        `writeGenerator: "${key}" must hold ${size} numbers, got ${data?.length ?? 'nothing'}.`,
      );
    }
    if (!isPacked(key)) {
      tensors[key] = { type: 'F32', shape, data };
      continue;
    }
    const { bytes, scales } = toBytes(data, shape[0]);
    tensors[key] = { type: 'I8', shape, data: bytes };
    tensors[`${key}.scale`] = { type: 'F32', shape: [shape[0]], data: scales };
  }
  return writeSafetensors({
    tensors,
    metadata: {
      ...metadata,
      format: GENERATOR_FORMAT,
      name,
      topologyDigest,
      latentSize: `${architecture.latentSize}`,
      resolution: `${resolutionsOf(architecture).at(-1)}`,
      widths: JSON.stringify(architecture.widths),
      colorSpace: 'srgb',
      colorRange: '-1,1',
    },
  });
}

/**
 * Reads what `writeGenerator`, or the training script on a GPU, wrote.
 *
 * @throws GanfitError `format` when the file is broken, of another kind or version, or incomplete.
 */
export function readGenerator(bytes: Uint8Array): StoredGenerator {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata.format !== GENERATOR_FORMAT) {
    throw new GanfitError(
      'format',
      `loadGenerator: the file's format must be ${GENERATOR_FORMAT}, got ${metadata.format ?? 'none'}. Use a file that belongs to this version.`,
    );
  }
  if (metadata.colorSpace !== 'srgb' || metadata.colorRange !== '-1,1') {
    throw broken(`colors must be srgb in -1,1, got ${metadata.colorSpace} in ${metadata.colorRange}`);
  }
  const architecture = readArchitecture(metadata);
  const weights: Record<string, Float32Array> = {};
  for (const [key, shape] of Object.entries(generatorShapes(architecture))) {
    const stored = tensors[key];
    if (!stored || `${stored.shape}` !== `${shape}`) {
      throw broken(`"${key}" must be [${shape}], got ${stored ? `[${stored.shape}]` : 'nothing'}`);
    }
    weights[key] = unpacked(key, stored, tensors[`${key}.scale`], shape);
  }
  const { name, topologyDigest } = metadata;
  return { name, topologyDigest, architecture, weights, metadata };
}

/**
 * Opens a generator as a texture model.
 *
 * @param bytes A whole file of `writeGenerator` or of the training script.
 * @throws GanfitError `format` as `readGenerator`.
 */
export function loadGenerator(bytes: Uint8Array): TextureModel {
  const { name, architecture, topologyDigest, weights } = readGenerator(bytes);
  const resolutions = resolutionsOf(architecture);
  const shapes = generatorShapes(architecture);
  const constants = Object.fromEntries(
    Object.entries(weights).map(([key, data]) => [key, constant(data, shapes[key])]),
  );
  return {
    name,
    latentSize: architecture.latentSize,
    resolutions,
    topologyDigest,
    latentPrior: 'sphere',
    synthesize: (latent, { resolution = resolutions[resolutions.length - 1] } = {}) =>
      generate(constants, latent, architecture, { resolution }),
  };
}

/** The small layers are kept as they are: an error in the colors shows, and they take no room. */
function isPacked(key: string): boolean {
  return key.endsWith('weight') && !key.includes('rgb');
}

function toBytes(data: Float32Array, rows: number): { bytes: Int8Array; scales: Float32Array } {
  const length = data.length / rows;
  const scales = new Float32Array(rows);
  const bytes = new Int8Array(data.length);
  for (let row = 0; row < rows; row++) {
    const part = data.subarray(row * length, (row + 1) * length);
    const largest = part.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    scales[row] = Math.max(largest, 1e-12) / 127;
    for (let i = 0; i < length; i++) bytes[row * length + i] = Math.round(part[i] / scales[row]);
  }
  return { bytes, scales };
}

function unpacked(
  key: string,
  stored: Safetensor,
  scale: Safetensor | undefined,
  shape: Shape,
): Float32Array {
  if (stored.type === 'F32') return stored.data as Float32Array;
  if (stored.type !== 'I8' || scale?.type !== 'F32' || scale.data.length !== shape[0]) {
    throw broken(`"${key}" must be float32, or bytes with ${shape[0]} scales, got ${stored.type}`);
  }
  const length = stored.data.length / shape[0];
  return Float32Array.from(stored.data, (value, i) => value * scale.data[Math.floor(i / length)]);
}

function readArchitecture({ latentSize, widths }: Readonly<Record<string, string>>): GanArchitecture {
  let list: unknown;
  try {
    list = JSON.parse(widths);
  } catch {
    list = undefined;
  }
  const positive = (value: unknown) => Number.isInteger(value) && (value as number) > 0;
  const largest = 10;
  if (
    !Array.isArray(list) ||
    list.length < 1 ||
    list.length > largest ||
    !list.every(positive) ||
    !positive(Number(latentSize))
  ) {
    throw broken(`widths and latentSize must be positive whole numbers, got ${widths} and ${latentSize}`);
  }
  return { latentSize: Number(latentSize), widths: list as number[] };
}

function broken(what: string): GanfitError {
  return new GanfitError('format', `loadGenerator: ${what}. Fetch the file again.`);
}
