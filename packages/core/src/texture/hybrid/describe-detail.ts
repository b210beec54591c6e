import { shrinkPlanes } from '../pca/resample.ts';
import { STATISTICS } from './detail-network.ts';

/** Texels of the finest map across the smallest area that energies are taken over. */
const AREA = 8;
/** What is seen less than this is not believed, nor what lies within four texels of it. */
const SEEN = 0.8;
const MARGIN = 4;
/** Share of a cell that must be seen. */
const SHARE = 0.2;
/** Energies below this are noise of the file format. */
const FLOOR = 5e-6;
const LUMA = [0.299, 0.587, 0.114];
const BINOMIAL = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16];

/** What detail is like, cell by cell. */
export interface DetailDescription {
  /**
   * `[STATISTICS, cells down, cells across]`: logarithmic energy of details of 1, 2, 4 and 8 texels in brightness and of 4 texels in
   * redness; of 2 texels, logarithm of the change across over that down.
   */
  readonly values: Float32Array;
  /** `[cells down, cells across]`: 1 where enough was seen, else 0. */
  readonly known: Uint8Array;
}

/**
 * Describes the detail of a map that a smooth base lacks, as the training script does.
 *
 * @param residual Map less base, `[3, rows, columns]`, at the finest resolution, colors from -1 to 1.
 * @param seen `[rows, columns]`, 0 … 1.
 * @param cell Texels across a cell, a multiple of 8.
 */
export function describeDetail(
  residual: Float32Array,
  seen: ArrayLike<number>,
  [rows, columns]: readonly [number, number],
  cell: number,
): DetailDescription {
  const texels = rows * columns;
  const plane = (weights: readonly number[]): Float32Array =>
    Float32Array.from({ length: texels }, (_, i) => {
      const [r, g, b] = [residual[i], residual[texels + i], residual[2 * texels + i]];
      return (weights[0] * r + weights[1] * g + weights[2] * b) * seen[i];
    });
  const energies: Float32Array[] = [];
  let [luma, red] = [plane(LUMA), plane([1, -1, 0])];
  let [redness, across, down]: Float32Array[] = [];
  for (let k = 0; k < 4; k++) {
    const factor = 1 << k;
    const size = [rows / factor, columns / factor] as const;
    const pooled = (values: Float32Array) => shrinkPlanes(values, 1, size, AREA / factor);
    const fine = band(luma, size);
    energies.push(pooled(fine.map((value) => value * value)));
    if (k === 1) [across, down] = [1, size[1]].map((step) => pooled(squaredSteps(fine, size, step)));
    if (k === 2) redness = pooled(band(red, size).map((value) => value * value));
    [luma, red] = [luma, red].map((values) => shrinkPlanes(values, 1, size, 2));
  }
  const weights = trusted(seen, [rows, columns]);
  const areas = [rows / AREA, columns / AREA] as const;
  const share = shrinkPlanes(weights, 1, areas, cell / AREA);
  const [energy1, energy2, energy4, energy8, energyRed, stepsAcross, stepsDown] = [
    ...energies,
    redness,
    across,
    down,
  ].map((values) => {
    const sums = shrinkPlanes(
      values.map((value, i) => value * weights[i]),
      1,
      areas,
      cell / AREA,
    );
    return sums.map((value, i) => Math.log(value / Math.max(share[i], 1e-6) + FLOOR));
  });
  const cells = share.length;
  const values = new Float32Array(STATISTICS * cells);
  const direction = stepsAcross.map((value, i) => value - stepsDown[i]);
  for (const [k, list] of [energy1, energy2, energy4, energy8, energyRed, direction].entries()) {
    values.set(list, k * cells);
  }
  return { values, known: Uint8Array.from(share, (value) => (value > SHARE ? 1 : 0)) };
}

/** What a 5 x 5 binomial filter takes away; the border goes on as it is. */
function band(values: Float32Array, [rows, columns]: readonly [number, number]): Float32Array {
  const inside = (i: number, count: number) => Math.min(Math.max(i, 0), count - 1);
  const wide = new Float32Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < 5; k++) sum += BINOMIAL[k] * values[i * columns + inside(j + k - 2, columns)];
      wide[i * columns + j] = sum;
    }
  }
  return values.map((value, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let k = 0; k < 5; k++) sum += BINOMIAL[k] * wide[inside(i + k - 2, rows) * columns + j];
    return value - sum;
  });
}

/** Squares of the steps to the next texel; zero at the far border. */
function squaredSteps(
  values: Float32Array,
  [rows, columns]: readonly [number, number],
  step: number,
): Float32Array {
  return values.map((value, at) => {
    const last = step === 1 ? at % columns === columns - 1 : at >= (rows - 1) * columns;
    return last ? 0 : (values[at + step] - value) ** 2;
  });
}

/** 1 for areas of 8 x 8 texels that were seen with all that is around them, `[rows / 8, columns / 8]`. */
function trusted(seen: ArrayLike<number>, [rows, columns]: readonly [number, number]): Float32Array {
  const out = new Float32Array((rows / AREA) * (columns / AREA)).fill(1);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      if (seen[i * columns + j] > SEEN) continue;
      const [top, left] = [i - MARGIN, j - MARGIN].map((x) => Math.max(0, Math.floor(x / AREA)));
      const bottom = Math.min(rows / AREA - 1, Math.floor((i + MARGIN) / AREA));
      const right = Math.min(columns / AREA - 1, Math.floor((j + MARGIN) / AREA));
      for (let y = top; y <= bottom; y++) {
        for (let x = left; x <= right; x++) out[y * (columns / AREA) + x] = 0;
      }
    }
  }
  return out;
}
