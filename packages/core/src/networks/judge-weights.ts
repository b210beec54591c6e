import { GanfitError } from '../error.ts';

/** One array of a weight file, unpacked. */
export interface Weights {
  readonly shape: readonly number[];
  /** Row-major; convolutions are `[kernel height, kernel width, in, out]`. */
  readonly data: Float32Array;
}

/** An entry of a TensorFlow.js weights manifest. */
interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string; readonly scale: number; readonly min: number };
}

/**
 * Reads a TensorFlow.js weights manifest and its one binary file: arrays one after the other, float32 or bytes with
 * `value = scale * byte + min`.
 *
 * @param manifest JSON text, UTF-8.
 * @param bytes The binary file.
 * @returns The arrays by name.
 * @throws GanfitError `format` when the two do not fit together.
 */
export function readTfjsWeights(manifest: Uint8Array, bytes: Uint8Array): Map<string, Weights> {
  const weights = new Map<string, Weights>();
  let at = 0;
  for (const { name, shape, dtype, quantization } of entriesOf(manifest)) {
    const count = shape.reduce((product, size) => product * size, 1);
    const stored = quantization?.dtype ?? dtype;
    const width = { uint8: 1, float32: 4 }[stored];
    if (width === undefined || at + width * count > bytes.length) {
      throw new GanfitError(
        'format',
        `weights: ${name} must be float32 or uint8 and lie in the file, got ${stored} at byte ${at} of ` +
          `${bytes.length}. Fetch the files again.`,
      );
    }
    // The copy puts the floats where a Float32Array may begin.
    const part = bytes.slice(at, at + width * count);
    at += width * count;
    const data = width === 4 ? new Float32Array(part.buffer) : Float32Array.from(part);
    if (quantization) {
      for (let i = 0; i < count; i++) data[i] = quantization.scale * data[i] + quantization.min;
    }
    weights.set(name, { shape, data });
  }
  if (at !== bytes.length) {
    throw new GanfitError(
      'format',
      `weights: the manifest must describe ${bytes.length} bytes, got ${at}. Fetch the files again.`,
    );
  }
  return weights;
}

function entriesOf(manifest: Uint8Array): Entry[] {
  try {
    const groups = JSON.parse(new TextDecoder().decode(manifest)) as { weights: Entry[] }[];
    return groups.flatMap((group) => group.weights);
  } catch (cause) {
    throw new GanfitError(
      'format',
      'weights: the manifest must be JSON of TensorFlow.js, got something else.',
      {
        cause,
      },
    );
  }
}
