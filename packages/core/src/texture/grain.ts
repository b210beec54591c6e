/**
 * Solid noise: a smooth random function of space with mean zero and standard deviation about one.
 *
 * Being a function of the surface point and not of the texel it has no seam and no stretch. Values on an integer lattice
 * (hashed) are interpolated smoothly.
 *
 * @param x Lattice units; likewise `y` and `z`.
 * @param seed Another seed is another function.
 */
export function solidNoise(x: number, y: number, z: number, seed: number): number {
  const i = Math.floor(x);
  const j = Math.floor(y);
  const k = Math.floor(z);
  const u = fade(x - i);
  const v = fade(y - j);
  const w = fade(z - k);
  const near = plane(i, j, k, u, v, seed);
  // Interpolation averages neighbours; the factor brings the deviation of the uniform values back to one.
  return 2.9 * mix(near, plane(i, j, k + 1, u, v, seed), w);
}

function plane(i: number, j: number, k: number, u: number, v: number, seed: number): number {
  const near = mix(lattice(i, j, k, seed), lattice(i + 1, j, k, seed), u);
  return mix(near, mix(lattice(i, j + 1, k, seed), lattice(i + 1, j + 1, k, seed), u), v);
}

function fade(t: number): number {
  return t * t * (3 - 2 * t);
}

function mix(a: number, b: number, t: number): number {
  return a + t * (b - a);
}

/** Uniform in [-1, 1). */
function lattice(i: number, j: number, k: number, seed: number): number {
  let hash = Math.imul(i, 0x27d4eb2d) ^ Math.imul(j, 0x165667b1) ^ Math.imul(k, 0x9e3779b1) ^ seed;
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) | 0) / 2 ** 31;
}
