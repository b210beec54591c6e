/** sRGB encoding of a linear value (IEC 61966-2-1): both in [0, 1], not clamped. */
export function linearToSrgb(linear: number): number {
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
}

/** Linear value of an sRGB one (IEC 61966-2-1): both in [0, 1], not clamped. */
export function srgbToLinear(srgb: number): number {
  return srgb <= 0.04045 ? srgb / 12.92 : ((srgb + 0.055) / 1.055) ** 2.4;
}
