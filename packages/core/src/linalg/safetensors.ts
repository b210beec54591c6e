import { GanfitError } from '../error.ts';

const ARRAYS = {
  F32: Float32Array,
  F64: Float64Array,
  I8: Int8Array,
  I16: Int16Array,
  I32: Int32Array,
  U8: Uint8Array,
  U16: Uint16Array,
  U32: Uint32Array,
} as const;

/** Element types of the safetensors format that this reader knows. */
export type SafetensorType = keyof typeof ARRAYS;

/** The array that holds elements of a type. */
export type SafetensorArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

/** One named array of a file, row-major. */
export interface Safetensor {
  readonly type: SafetensorType;
  readonly shape: readonly number[];
  readonly data: SafetensorArray;
}

/** A whole file: arrays by name and free text. */
export interface SafetensorsFile {
  readonly tensors: Readonly<Record<string, Safetensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * Reads a safetensors file: u64 header length, JSON header, raw little-endian data.
 *
 * Arrays are copied, since the format promises no alignment.
 *
 * @throws GanfitError `format` when the header is broken, an array lies outside of the file, or its size is not its shape's.
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = bytes.length < 8 ? -1 : Number(view.getBigUint64(0, true));
  if (headerLength < 2 || headerLength > bytes.length - 8) {
    throw broken(`the header must lie inside the file, got length ${headerLength} of ${bytes.length} bytes`);
  }
  const { __metadata__: metadata = {}, ...entries } = parseHeader(bytes.subarray(8, 8 + headerLength));
  const body = 8 + headerLength;
  const tensors: Record<string, Safetensor> = {};
  for (const [name, entry] of Object.entries(entries as Record<string, HeaderEntry>)) {
    const type = entry.dtype as SafetensorType;
    if (!Object.hasOwn(ARRAYS, type)) {
      throw broken(`"${name}" must be one of ${Object.keys(ARRAYS).join(', ')}, got ${entry.dtype}`);
    }
    const [start, end] = entry.data_offsets ?? [0, -1];
    const size = (entry.shape ?? [Number.NaN]).reduce((a, b) => a * b, 1) * ARRAYS[type].BYTES_PER_ELEMENT;
    if (!(start >= 0 && end <= bytes.length - body) || end - start !== size) {
      throw broken(`"${name}" must fill ${size} bytes inside the file, got ${start} to ${end}`);
    }
    // Not bytes.slice: Node's Buffer would hand out its pool instead of a copy.
    const { buffer } = new Uint8Array(bytes.subarray(body + start, body + end));
    tensors[name] = { type, shape: entry.shape, data: new ARRAYS[type](buffer) };
  }
  return { tensors, metadata: metadata as Record<string, string> };
}

/**
 * Writes a safetensors file. Names are sorted and the header is padded to 8 bytes, so that equal content gives equal bytes.
 *
 * @throws GanfitError `shape` when an array's length is not the product of its shape.
 */
export function writeSafetensors(file: SafetensorsFile): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: sorted(file.metadata) };
  const chunks: Uint8Array[] = [];
  let offset = 0;
  // Wider elements first, so that every array starts at a multiple of its element size.
  const byWidth = Object.entries(sorted(file.tensors)).sort(
    (a, b) => b[1].data.BYTES_PER_ELEMENT - a[1].data.BYTES_PER_ELEMENT,
  );
  for (const [name, { type, shape, data }] of byWidth) {
    const count = shape.reduce((a, b) => a * b, 1);
    if (data.length !== count || !(data instanceof ARRAYS[type])) {
      throw new GanfitError(
        'shape',
        `writeSafetensors: "${name}" must hold ${count} elements of type ${type}, got ${data.length} in a ${data.constructor.name}. Pass data that fits its shape.`,
      );
    }
    header[name] = { dtype: type, shape, data_offsets: [offset, offset + data.byteLength] };
    chunks.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    offset += data.byteLength;
  }
  let json = JSON.stringify(header);
  json += ' '.repeat((8 - (new TextEncoder().encode(json).length % 8)) % 8);
  const text = new TextEncoder().encode(json);
  const bytes = new Uint8Array(8 + text.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  let position = 8 + text.length;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.length;
  }
  return bytes;
}

/**
 * One array of a file, with its type checked.
 *
 * @throws GanfitError `format` when it is missing or of another type.
 */
export function tensorOf<T extends SafetensorType>(
  file: SafetensorsFile,
  name: string,
  type: T,
): { readonly shape: readonly number[]; readonly data: InstanceType<(typeof ARRAYS)[T]> } {
  const tensor = file.tensors[name];
  if (tensor?.type !== type) {
    throw broken(`"${name}" must be there as ${type}, got ${tensor?.type ?? 'nothing'}`);
  }
  return { shape: tensor.shape, data: tensor.data as InstanceType<(typeof ARRAYS)[T]> };
}

function parseHeader(text: Uint8Array): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(text));
    if (typeof header === 'object' && header !== null) return header as Record<string, unknown>;
  } catch (cause) {
    throw new GanfitError('format', 'readSafetensors: the header must be JSON. Fetch the file again.', {
      cause,
    });
  }
  throw broken('the header must be a JSON object');
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function broken(what: string): GanfitError {
  return new GanfitError('format', `readSafetensors: ${what}. Fetch the file again.`);
}
