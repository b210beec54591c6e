import { GanfitError } from '../../error.ts';
import {
  readSafetensors,
  type Safetensor,
  type SafetensorsFile,
  tensorOf,
} from '../../linalg/safetensors.ts';
import { constant, type Tensor } from '../../tensor/index.ts';
import { readPca } from '../pca/pca-file.ts';
import { pcaModel } from '../pca/pca-model.ts';
import { type DetailArchitecture, detailShapes, STATISTICS } from './detail-network.ts';
import { type HybridTextureModel, hybridModel } from './hybrid-model.ts';

/** Names the kind of file in its metadata. */
export const HYBRID_FORMAT = 'ganfit-texture-hybrid-1';

/**
 * Opens a linear base with a detail network as a texture model. `train_detail.py` writes such files: bytes with a scale for each
 * output channel, small layers as float32, and the whole file of the base.
 *
 * @param bytes A whole file.
 * @param topologyDigest Of the shape model that it is to be used with, if known.
 * @throws GanfitError `format` when the file is broken, of another kind or version, or incomplete; `input` when it belongs to
 *   another UV layout.
 */
export function loadHybrid(bytes: Uint8Array, topologyDigest?: string): HybridTextureModel {
  const file = readSafetensors(bytes);
  const { metadata } = file;
  if (metadata.format !== HYBRID_FORMAT) {
    throw new GanfitError(
      'format',
      `loadHybrid: the file's format must be ${HYBRID_FORMAT}, got ${metadata.format ?? 'none'}. Use a file that belongs to this version.`,
    );
  }
  if (topologyDigest !== undefined && metadata.topologyDigest !== topologyDigest) {
    throw new GanfitError(
      'input',
      `loadHybrid: the texture model must be made for UV layout ${topologyDigest}, got ${metadata.topologyDigest}. ` +
        'Train it on textures of this shape model.',
    );
  }
  if (metadata.colorSpace !== 'srgb' || metadata.colorRange !== '-1,1') {
    throw broken(`colors must be srgb in -1,1, got ${metadata.colorSpace} in ${metadata.colorRange}`);
  }
  const base = pcaModel(readPca(tensorOf(file, 'base', 'U8').data, metadata.topologyDigest));
  const architecture = readArchitecture(metadata);
  const { window, cell } = architecture;
  const weights: Record<string, Tensor> = {};
  for (const [key, shape] of Object.entries(detailShapes(architecture))) {
    weights[key] = constant(numbersOf(file, key, shape), shape);
  }
  const numbers = (STATISTICS * window.rows * window.columns) / cell ** 2;
  const [codes] = file.tensors['spread']?.shape ?? [0];
  const mask = tensorOf(file, 'mask', 'U8');
  if (`${mask.shape}` !== `${[window.rows, window.columns]}`) {
    throw broken(`"mask" must be [${[window.rows, window.columns]}], got [${mask.shape}]`);
  }
  return hybridModel({
    name: metadata.name,
    base,
    architecture,
    weights,
    told: numbersOf(file, 'told', [base.latentSize, numbers]),
    spread: numbersOf(file, 'spread', [codes, numbers]),
    middle: numbersOf(file, 'middle', [STATISTICS, window.rows / cell, window.columns / cell]),
    scale: numbersOf(file, 'scale', [STATISTICS]),
    shares: readShares(metadata, architecture),
    mask: constant(
      Float32Array.from(mask.data, (byte) => byte / 255),
      [1, 1, ...mask.shape],
    ),
  });
}

function numbersOf({ tensors }: SafetensorsFile, key: string, shape: readonly number[]): Float32Array {
  const stored: Safetensor | undefined = tensors[key];
  if (!stored || `${stored.shape}` !== `${shape}`) {
    throw broken(`"${key}" must be [${shape}], got ${stored ? `[${stored.shape}]` : 'nothing'}`);
  }
  if (stored.type === 'F32') return stored.data as Float32Array;
  const scale = tensors[`${key}.scale`];
  if (stored.type !== 'I8' || scale?.type !== 'F32' || scale.data.length !== shape[0]) {
    throw broken(`"${key}" must be float32, or bytes with ${shape[0]} scales, got ${stored.type}`);
  }
  const length = stored.data.length / shape[0];
  const { data } = scale;
  return Float32Array.from(stored.data as Int8Array, (value, i) => value * data[Math.floor(i / length)]);
}

function readArchitecture(metadata: Readonly<Record<string, string>>): DetailArchitecture {
  const list = (name: string): number[] => {
    let value: unknown;
    try {
      value = JSON.parse(metadata[name]);
    } catch {
      value = undefined;
    }
    const numbers = Array.isArray(value) ? value : [value];
    if (numbers.length === 0 || !numbers.every((x) => Number.isInteger(x) && x >= 0)) {
      throw broken(`${name} must be whole numbers, got ${metadata[name] ?? 'nothing'}`);
    }
    return numbers;
  };
  const [top, left, rows, columns] = list('window');
  const [[edge], [cell], [planes]] = [list('edge'), list('cell'), list('planes')];
  const [widths, constants] = [list('widths'), list('constants')];
  const fits = top + rows <= edge && left + columns <= edge && rows % cell === 0 && columns % cell === 0;
  if (!fits || planes < 1 || widths.length !== constants.length || widths.includes(0)) {
    throw broken('the sizes of its window and levels must fit each other');
  }
  return { edge, window: { top, left, rows, columns }, widths, constants, cell, planes };
}

/** Files without them keep all detail. */
function readShares(
  { shares: text }: Readonly<Record<string, string>>,
  { widths }: DetailArchitecture,
): readonly number[] | undefined {
  if (text === undefined) return undefined;
  let shares: unknown;
  try {
    shares = JSON.parse(text);
  } catch {}
  const fits = Array.isArray(shares) && shares.length >= 1 && shares.length < widths.length;
  if (!fits || !(shares as unknown[]).every((x) => typeof x === 'number' && x >= 0)) {
    throw broken(`shares must be 1 to ${widths.length - 1} numbers of 0 or more, got ${text}`);
  }
  return shares as number[];
}

function broken(what: string): GanfitError {
  return new GanfitError('format', `loadHybrid: ${what}. Fetch the file again.`);
}
