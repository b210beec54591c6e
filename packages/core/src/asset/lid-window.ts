/** Samples of a photo on a grid before an eye. */
export interface LidWindow {
  readonly columns: number;
  readonly rows: number;
  /** Place of the first sample, millimetres; rows go down. */
  readonly left: number;
  readonly top: number;
  /** Distance of samples, millimetres. */
  readonly step: number;
  /** sRGB in [0, 1], `[rows, columns, 3]`. */
  readonly colors: Float32Array;
}

/** What a sample shows. */
export const LABELS = ['skin above', 'skin below', 'lashes', 'white', 'iris'] as const;
const [ABOVE, BELOW, LASHES, WHITE, IRIS] = [0, 1, 2, 3, 4];

/** An iris is 11.7 mm across. */
const IRIS_RADIUS = 5.85;
/** The dark line of the upper lid: above and below its edge, millimetres. */
const LINE_ABOVE = 1.1;
const LINE_BELOW = 0.5;

/**
 * What lies where, for lids and an iris.
 *
 * @param curves Heights of the lids' edges by column, millimetres.
 * @param iris Its middle.
 * @returns Rows of `LABELS`, `[rows, columns]`.
 */
export function labelWindow(
  { columns, rows, left, top, step }: LidWindow,
  { upper, lower }: { readonly upper: Float32Array; readonly lower: Float32Array },
  [x0, y0]: readonly [number, number],
): Uint8Array {
  const labels = new Uint8Array(columns * rows);
  for (let c = 0; c < columns; c++) {
    const [u, l] = [upper[c], lower[c]];
    const isOpen = u > l;
    const middle = isOpen ? (u + l) / 2 : y0;
    const dx = left + c * step - x0;
    const half = IRIS_RADIUS ** 2 - dx * dx;
    for (let r = 0; r < rows; r++) {
      const y = top - r * step;
      let label = y > middle ? ABOVE : BELOW;
      if (isOpen && y <= u + LINE_ABOVE && y >= l) {
        if (y > u - LINE_BELOW) label = LASHES;
        else label = (y - y0) ** 2 < half ? IRIS : WHITE;
      }
      labels[r * columns + c] = label;
    }
  }
  return labels;
}

/** Floors of the standard deviations of brightness and of both colour differences. */
const FLOORS = [0.06, 0.03, 0.03] as const;
/** Some samples show something else: glints, glasses, hair. Their share, and their density. */
const OTHER = 0.08;
const DENSITY = 6;

/**
 * Learns the colours of every label from the samples that wear it and tells how well each label explains each sample.
 *
 * @param isFirst Labels are still a guess: white is what is bright between the lids, iris and lashes what is dark.
 * @returns Logarithmic likelihoods by label, `[rows * columns]` each.
 */
export function labelLikelihoods(window: LidWindow, labels: Uint8Array, isFirst: boolean): Float32Array[] {
  const count = labels.length;
  const features = [0, 1, 2].map((k) => {
    return Float32Array.from({ length: count }, (_, n) => {
      const [r, g, b] = window.colors.subarray(3 * n, 3 * n + 3);
      return k === 0 ? (r + g + b) / 3 : k === 1 ? r - g : g - b;
    });
  });
  return LABELS.map((_, label) => {
    const members: number[] = [];
    for (let n = 0; n < count; n++) {
      const own = labels[n];
      const isBetween = own === WHITE || own === IRIS;
      if (own === label || (isFirst && isBetween && (label === WHITE || label === IRIS))) members.push(n);
    }
    members.sort((a, b) => features[0][a] - features[0][b]);
    const share = (low: number, high: number): number[] =>
      members.slice(Math.floor(low * members.length), Math.ceil(high * members.length));
    // A share of each class is wrong: lids cover what lids were not thought to cover.
    const picked =
      label === WHITE
        ? share(isFirst ? 0.65 : 0.45, 0.97)
        : label === IRIS
          ? share(0.05, isFirst ? 0.35 : 0.65)
          : label === LASHES
            ? share(0, 0.7)
            : share(0.05, 0.95);
    return likelihood(features, picked.length > 4 ? picked : members, count);
  });
}

function likelihood(
  features: readonly Float32Array[],
  members: readonly number[],
  count: number,
): Float32Array {
  const normals = features.map((values, k) => {
    const mean = members.reduce((sum, n) => sum + values[n], 0) / Math.max(1, members.length);
    const variance =
      members.reduce((sum, n) => sum + (values[n] - mean) ** 2, 0) / Math.max(1, members.length);
    // Trimmed classes look narrower than they are.
    return { mean, deviation: Math.max(FLOORS[k], 1.3 * Math.sqrt(variance)) };
  });
  const scale = normals.reduce((product, { deviation }) => product * deviation * Math.sqrt(2 * Math.PI), 1);
  return Float32Array.from({ length: count }, (_, n) => {
    let distance = 0;
    normals.forEach(({ mean, deviation }, k) => {
      distance += ((features[k][n] - mean) / deviation) ** 2;
    });
    return Math.log(((1 - OTHER) * Math.exp(-0.5 * distance)) / scale + OTHER * DENSITY);
  });
}
