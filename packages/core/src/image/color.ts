/**
 * sRGB value to linear light (IEC 61966-2-1).
 *
 * @param value sRGB in [0, 1].
 * @returns Linear light in [0, 1].
 */
export function srgbToLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/**
 * Linear light to the sRGB value (IEC 61966-2-1); values outside [0, 1] are clamped.
 *
 * @param value Linear light.
 * @returns sRGB in [0, 1].
 */
export function linearToSrgb(value: number): number {
  if (!(value > 0)) return 0;
  if (value >= 1) return 1;
  return value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
}

const LINEAR_OF_BYTE = Float32Array.from({ length: 256 }, (_, byte) => srgbToLinear(byte / 255));

/**
 * Bytes of a photo to linear light.
 *
 * @param bytes sRGB, 0 to 255.
 * @returns The same layout, linear light in [0, 1].
 */
export function bytesToLinear(bytes: Uint8Array | Uint8ClampedArray): Float32Array {
  const values = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) values[i] = LINEAR_OF_BYTE[bytes[i]];
  return values;
}

/** Linear light from which on each byte is the nearest. */
const FROM = Float64Array.from({ length: 257 }, (_, byte) =>
  byte > 255 ? Infinity : byte === 0 ? -Infinity : srgbToLinear((byte - 0.5) / 255),
);
/** Cells of linear light so narrow that a byte never spans less than one. */
const CELLS = 4096;
/** The byte at the lower end of each cell. */
const BYTE_OF_CELL = Uint8Array.from({ length: CELLS + 1 }, (_, cell) =>
  Math.round(255 * linearToSrgb(cell / CELLS)),
);

/**
 * Linear light to the nearest byte of sRGB; values outside [0, 1] are clamped. A tenth of the time that the power takes.
 *
 * @param value Linear light.
 * @returns 0 to 255.
 */
export function linearToByte(value: number): number {
  if (!(value > 0)) return 0;
  if (value >= 1) return 255;
  let byte = BYTE_OF_CELL[(value * CELLS) | 0];
  while (value >= FROM[byte + 1]) byte++;
  return byte;
}

/**
 * Linear light to the bytes of a picture, rounded to nearest.
 *
 * @param values Linear light.
 * @returns sRGB, 0 to 255.
 */
export function linearToBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = linearToByte(values[i]);
  return bytes;
}
