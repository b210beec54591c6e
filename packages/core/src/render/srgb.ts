import { add, clip, greater, maximum, mul, pow, sub, type Tensor, where } from '../tensor/index.ts';

/** How much of the slope is left beyond the ends of what sRGB can show. */
export const CLAMP_SLOPE = 0.05;

/**
 * Encodes linear light as sRGB, both nominally in [0, 1].
 *
 * Outside [0, 1] it goes on with the small slope `CLAMP_SLOPE` instead of none, so that an overexposed render still feels in
 * which direction it must change.
 *
 * @param linear Any shape.
 */
export function traceSrgbEncoding(linear: Tensor): Tensor {
  const inside = clip(linear, 0, 1);
  // The power's argument stays off zero, where its slope is infinite and would poison the branch not taken.
  const curve = sub(mul(pow(maximum(inside, 0.0031308), 1 / 2.4), 1.055), 0.055);
  const encoded = where(greater(inside, 0.0031308), curve, mul(inside, 12.92));
  return add(encoded, mul(sub(linear, inside), CLAMP_SLOPE));
}

/** Decodes sRGB in [0, 1] to linear light in [0, 1]; the inverse of `traceSrgbEncoding` inside, clamped outside. */
export function traceSrgbDecoding(encoded: Tensor): Tensor {
  const inside = clip(encoded, 0, 1);
  const curve = pow(mul(add(inside, 0.055), 1 / 1.055), 2.4);
  return where(greater(inside, 0.04045), curve, mul(inside, 1 / 12.92));
}
