import { shrinkPlanes } from '../pca/resample.ts';

/** How much fine detail a texture has of what another one has. */
export interface DetailBand {
  /** Size of the detail, texels. */
  readonly texels: number;
  /** Mean square of the texture's band over that of the real one. */
  readonly energy: number;
  /** Correlation of both bands, -1 … 1. */
  readonly correlation: number;
}

/** A texel counts where all around it was seen so far. */
const SEEN = 0.8;

/**
 * Compares the two finest Laplacian bands (Burt & Adelson 1983) of the brightness of two textures, where one was seen.
 *
 * @param texture `[3, S, S]`, any units.
 * @param real As `texture`.
 * @param seen `[S, S]`, 0 … 1.
 * @returns The finest band first; none when nowhere enough was seen.
 */
export function compareDetail(
  texture: ArrayLike<number>,
  real: ArrayLike<number>,
  seen: ArrayLike<number>,
  size: number,
): DetailBand[] {
  const bands: DetailBand[] = [];
  let [own, other, trust, edge]: [Float32Array, Float32Array, Float32Array, number] = [
    brightness(texture, size),
    brightness(real, size),
    Float32Array.from(seen),
    size,
  ];
  for (const texels of [1, 2]) {
    const [finer, finerReal] = [band(own, edge), band(other, edge)];
    let [square, realSquare, product, count] = [0, 0, 0, 0];
    for (let row = 2; row < edge - 2; row++) {
      for (let column = 2; column < edge - 2; column++) {
        if (!seenAround(trust, row, column, edge)) continue;
        const i = row * edge + column;
        square += finer[i] ** 2;
        realSquare += finerReal[i] ** 2;
        product += finer[i] * finerReal[i];
        count++;
      }
    }
    if (count > 100 && realSquare > 0) {
      bands.push({
        texels,
        energy: square / realSquare,
        correlation: square > 0 ? product / Math.sqrt(square * realSquare) : 0,
      });
    }
    own = shrinkPlanes(own, 1, [edge, edge], 2);
    other = shrinkPlanes(other, 1, [edge, edge], 2);
    trust = shrinkPlanes(trust, 1, [edge, edge], 2);
    edge /= 2;
  }
  return bands;
}

function brightness(texture: ArrayLike<number>, size: number): Float32Array {
  const texels = size * size;
  return Float32Array.from(
    { length: texels },
    (_, i) => 0.299 * texture[i] + 0.587 * texture[texels + i] + 0.114 * texture[2 * texels + i],
  );
}

/** What a 5 x 5 binomial filter takes away, `[S, S]`; zero at the border. */
function band(values: Float32Array, size: number): Float32Array {
  const weights = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16];
  const across = new Float32Array(values.length);
  for (let i = 2; i < values.length - 2; i++) {
    let sum = 0;
    for (let k = 0; k < 5; k++) sum += weights[k] * values[i + k - 2];
    across[i] = sum;
  }
  const result = new Float32Array(values.length);
  for (let i = 2 * size; i < values.length - 2 * size; i++) {
    let sum = 0;
    for (let k = 0; k < 5; k++) sum += weights[k] * across[i + (k - 2) * size];
    result[i] = values[i] - sum;
  }
  return result;
}

function seenAround(trust: Float32Array, row: number, column: number, size: number): boolean {
  for (let y = row - 2; y <= row + 2; y += 2) {
    for (let x = column - 2; x <= column + 2; x += 2) if (trust[y * size + x] < SEEN) return false;
  }
  return true;
}
