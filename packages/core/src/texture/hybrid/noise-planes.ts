/** Sum of four bytes has this mean. */
const MIDDLE = 510;
const DEVIATION = Math.sqrt((4 * (256 ** 2 - 1)) / 12);

/**
 * White noise that is the same everywhere: each number is the sum of the four bytes of a hash of its place ("lowbias32",
 * Wellons 2018), brought to mean 0 and deviation 1. Whole numbers only until the last step, so that the training script, which
 * has its own copy, makes the very same.
 *
 * @param resolution Edge of the whole map; other maps have other noise.
 * @returns `[count]`.
 */
export function hashNoise(resolution: number, count: number): Float32Array {
  const out = new Float32Array(count);
  const start = resolution * 2 ** 22;
  const deviation = Math.fround(DEVIATION);
  for (let i = 0; i < count; i++) {
    let x = (start + i) >>> 0;
    x ^= x >>> 16;
    x = Math.imul(x, 0x7feb352d);
    x ^= x >>> 15;
    x = Math.imul(x, 0x846ca68b);
    x ^= x >>> 16;
    const sum = (x & 255) + ((x >>> 8) & 255) + ((x >>> 16) & 255) + (x >>> 24);
    out[i] = (sum - MIDDLE) / deviation;
  }
  return out;
}
