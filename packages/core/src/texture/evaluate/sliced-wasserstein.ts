import { randomStream } from '../../random/index.ts';
import { enlargePlanes, shrinkPlanes } from '../pca/resample.ts';

/** How far two sets of textures are apart at one scale. */
export interface ScaleDistance {
  /** Edge of the maps at this level of the pyramid. */
  readonly resolution: number;
  readonly distance: number;
}

/** Patches of 7 x 7 texels, 3 colors. */
const PATCH = 7;
const LENGTH = 3 * PATCH * PATCH;
const PROJECTIONS = 128;

/**
 * Sliced Wasserstein distance between patches of two sets of textures, for each level of their Laplacian pyramids (Rabin et
 * al. 2011; Karras et al. 2018, section 5). Colors of each set's patches are normalized apart, as there.
 *
 * @param where Texels that patches may be centered on, `[S, S]`, not zero where allowed.
 * @param patches Taken from each texture at each level.
 */
export function slicedWasserstein(
  first: readonly Float32Array[],
  second: readonly Float32Array[],
  size: number,
  where: ArrayLike<number>,
  { patches = 64, smallest = 16, seed = 0 } = {},
): ScaleDistance[] {
  const distances: ScaleDistance[] = [];
  let sets = [first, second];
  let allowed: Float32Array = Float32Array.from(where, (value) => (value > 0 ? 1 : 0));
  for (let edge = size; edge >= smallest; edge /= 2) {
    const coarser = sets.map((set) => set.map((map) => shrinkPlanes(map, 3, [edge, edge], 2)));
    const last = edge / 2 < smallest;
    const random = randomStream(seed, `patches ${edge}`);
    const centers = [...allowed.keys()].filter((i) => {
      const [row, column] = [Math.floor(i / edge), i % edge];
      const inside = Math.min(row, column, edge - 1 - row, edge - 1 - column) >= PATCH >> 1;
      return inside && allowed[i] > 0.5;
    });
    if (centers.length === 0) break;
    const [a, b] = sets.map((set, s) => {
      const rows: Float32Array[] = [];
      set.forEach((map, n) => {
        // The last level is what remains of the picture itself.
        const band = last ? map : subtract(map, enlargePlanes(coarser[s][n], 3, [edge / 2, edge / 2], 2, 1));
        for (let p = 0; p < patches; p++)
          rows.push(patchAt(band, centers[random.index(centers.length)], edge));
      });
      return normalized(rows);
    });
    distances.push({ resolution: edge, distance: sliced(a, b, randomStream(seed, `directions ${edge}`)) });
    sets = coarser;
    allowed = shrinkPlanes(allowed, 1, [edge, edge], 2);
  }
  return distances;
}

function subtract(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value - b[i]);
}

function patchAt(map: Float32Array, center: number, edge: number): Float32Array {
  const patch = new Float32Array(LENGTH);
  const corner = center - (PATCH >> 1) * (edge + 1);
  for (let c = 0; c < 3; c++) {
    for (let row = 0; row < PATCH; row++) {
      for (let column = 0; column < PATCH; column++) {
        patch[(c * PATCH + row) * PATCH + column] = map[c * edge * edge + corner + row * edge + column];
      }
    }
  }
  return patch;
}

/** Mean zero and deviation one for each color over all patches. */
function normalized(rows: readonly Float32Array[]): readonly Float32Array[] {
  const area = PATCH * PATCH;
  for (let c = 0; c < 3; c++) {
    let [sum, squares] = [0, 0];
    for (const row of rows) {
      for (let i = c * area; i < (c + 1) * area; i++) {
        sum += row[i];
        squares += row[i] ** 2;
      }
    }
    const mean = sum / (rows.length * area);
    const deviation = Math.sqrt(Math.max(squares / (rows.length * area) - mean ** 2, 1e-20));
    for (const row of rows) {
      for (let i = c * area; i < (c + 1) * area; i++) row[i] = (row[i] - mean) / deviation;
    }
  }
  return rows;
}

/** Mean absolute difference of sorted projections over random directions. */
function sliced(
  a: readonly Float32Array[],
  b: readonly Float32Array[],
  random: ReturnType<typeof randomStream>,
): number {
  const count = Math.min(a.length, b.length);
  let total = 0;
  for (let d = 0; d < PROJECTIONS; d++) {
    const direction = Float32Array.from({ length: LENGTH }, () => random.normal());
    const length = Math.hypot(...direction);
    const project = (rows: readonly Float32Array[]): Float32Array =>
      Float32Array.from({ length: count }, (_, n) => {
        let sum = 0;
        for (let i = 0; i < LENGTH; i++) sum += rows[n][i] * direction[i];
        return sum / length;
      }).sort();
    const [x, y] = [project(a), project(b)];
    for (let n = 0; n < count; n++) total += Math.abs(x[n] - y[n]) / (count * PROJECTIONS);
  }
  return total;
}
