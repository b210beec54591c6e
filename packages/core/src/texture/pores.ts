import { solidNoise } from './grain.ts';

/** Cells of the two finest lattices, millimetres: a pore and the plain of skin between the lines around it. */
const CELLS = [0.7, 1.3] as const;
/** Weights of the two; their squares sum to one. */
const SHARES = [0.72, 0.69] as const;
/** Nothing stands out: a speck that did would read as dirt. */
const MOST = 2;

/**
 * Grain of invented skin: pores and nothing coarser, deviation about one. Blotches of a centimetre, however faint, look like
 * dirt or wool on a bare scalp, so there are none.
 *
 * @param points Surface points, `[N, 3]`, millimetres.
 * @param offset Of the point's x.
 * @param seed Another seed is another skin.
 */
export function poresAt(points: Float32Array, offset: number, seed: number): number {
  const x = points[offset];
  const y = points[offset + 1];
  const z = points[offset + 2];
  const first = seed * 8;
  const sum =
    SHARES[0] * turnedNoise(x, y, z, CELLS[0], first + 1) +
    SHARES[1] * turnedNoise(x, y, z, CELLS[1], first + 2);
  return Math.min(MOST, Math.max(-MOST, sum));
}

/**
 * Two lattices at odd angles: the planes of a single one would show as rings where the head is tangent to them.
 *
 * @param scale Size of a lattice cell, millimetres.
 */
function turnedNoise(x: number, y: number, z: number, scale: number, seed: number): number {
  const a = x / scale;
  const b = y / scale;
  const c = z / scale;
  const one = solidNoise(
    0.36 * a + 0.48 * b - 0.8 * c,
    -0.8 * a + 0.6 * b,
    0.48 * a + 0.64 * b + 0.6 * c,
    seed,
  );
  const two = solidNoise(
    0.8 * a - 0.36 * b + 0.48 * c,
    0.6 * a + 0.48 * b - 0.64 * c,
    0.8 * b + 0.6 * c,
    seed + 4,
  );
  return (one + two) * Math.SQRT1_2;
}
