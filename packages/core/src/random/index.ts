/**
 * Room `random`: seeded streams of numbers. A seed goes in, the same numbers come out on every machine.
 * It will never read a clock or a global generator.
 */

/** A seeded stream of pseudo-random numbers (sfc32; period about 2^128). */
export interface RandomStream {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number;
  /** Standard normal N(0, 1). */
  normal(): number;
  /** Uniform integer in [0, count). */
  index(count: number): number;
}

/**
 * Starts a stream. Two names give independent streams of one seed, so that adding a consumer changes no other one.
 *
 * @param seed Any integer.
 * @param name What the numbers are for.
 */
export function randomStream(seed: number, name = ''): RandomStream {
  let [a, b, c, counter] = [seed | 0, (seed / 2 ** 32) | 0, 0x9e3779b9 | 0, 1];
  for (let i = 0; i < name.length; i++) c = Math.imul(c ^ name.charCodeAt(i), 0x01000193);

  function uint32(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  }
  for (let i = 0; i < 15; i++) uint32();

  let spare: number | undefined;
  return {
    uniform: () => uint32() / 2 ** 32,
    index: (count) => Math.floor((uint32() / 2 ** 32) * count),
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      // Box and Muller 1958; 1 - u keeps the logarithm finite.
      const radius = Math.sqrt(-2 * Math.log(1 - uint32() / 2 ** 32));
      const angle = 2 * Math.PI * (uint32() / 2 ** 32);
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
  };
}
