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

/**
 * Linear light to the bytes of a picture, rounded to nearest.
 *
 * @param values Linear light.
 * @returns sRGB, 0 to 255.
 */
export function linearToBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = Math.round(255 * linearToSrgb(values[i]));
  return bytes;
}
