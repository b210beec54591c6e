import { GanfitError } from '../../error.ts';

/** The median color of a photo's seen skin: logarithms of linear red, green and blue. */
export type SkinTone = readonly [number, number, number];

/** What is known of the white balances of collections of photos, by name. */
export type ToneBalance = Readonly<Record<string, readonly [HueLine, HueLine]>>;

/** How one hue (red or blue beside green, logarithmic) goes with brightness in a collection. */
interface HueLine {
  readonly brightness: number;
  readonly hue: number;
  readonly slope: number;
  /** Share of a departure from the line that is kept. */
  readonly kept: number;
}

/** Photos that a slope, or a reference, needs at least. */
const ENOUGH = 20;

/**
 * Measures how much of the differences in skin hues is due to cameras' white balances.
 *
 * In photos that share one camera and one light, hues of skin spread narrowly around a line from dark to light; elsewhere
 * the spread is wider by what white balances differ. Departures from each group's own line are to be shrunk to the spread
 * of the reference group. Brightness is left alone, it holds more of the people than of the light.
 *
 * @param tones One for each photo.
 * @param groups The collection of each photo.
 * @param reference The group with one camera and light.
 * @throws GanfitError `input` when the reference group has fewer than 20 photos.
 */
export function measureBalance(
  tones: readonly SkinTone[],
  groups: readonly string[],
  reference: string,
): ToneBalance {
  const members = (name: string): SkinTone[] => tones.filter((_, i) => groups[i] === name);
  const usual = members(reference);
  if (usual.length < ENOUGH) {
    throw new GanfitError(
      'input',
      `measureBalance: the reference group ${reference} must have at least ${ENOUGH} photos, got ${usual.length}. Name another one.`,
    );
  }
  const spreads = [hueLine(usual, 0), hueLine(usual, 2)].map(({ spread }) => spread);
  const names = [...new Set(groups)].filter((name) => name !== reference);
  return Object.fromEntries(
    names.map((name) => {
      const lines = [0, 2].map((channel, k) => {
        const { spread, ...line } = hueLine(members(name), channel);
        return { ...line, kept: Math.min(1, spreads[k] / Math.max(spread, 1e-6)) };
      });
      return [name, [lines[0], lines[1]]];
    }),
  );
}

/** What to add to a photo's logarithmic linear colors; nothing for groups that are not known. */
export function toneChange(balance: ToneBalance, group: string, tone: SkinTone): SkinTone {
  const lines = balance[group];
  if (!lines) return [0, 0, 0];
  const level = (tone[0] + tone[1] + tone[2]) / 3;
  const [red, blue] = lines.map(({ brightness, hue, slope, kept }, k) => {
    const departure = tone[2 * k] - tone[1] - hue - slope * (level - brightness);
    return (kept - 1) * departure;
  });
  // Red and blue move beside green; all three together must not change the brightness.
  const mean = (red + blue) / 3;
  return [red - mean, -mean, blue - mean];
}

function hueLine(
  tones: readonly SkinTone[],
  channel: number,
): Omit<HueLine, 'kept'> & { readonly spread: number } {
  const levels = tones.map(([red, green, blue]) => (red + green + blue) / 3);
  const hues = tones.map((tone) => tone[channel] - tone[1]);
  const [brightness, hue] = [average(levels), average(hues)];
  const variance = average(levels.map((x) => (x - brightness) ** 2));
  const covariance = average(levels.map((x, n) => (x - brightness) * (hues[n] - hue)));
  // A few photos tell no slope.
  const slope = tones.length < ENOUGH || variance === 0 ? 0 : covariance / variance;
  const squares = hues.map((y, n) => (y - hue - slope * (levels[n] - brightness)) ** 2);
  return { brightness, hue, slope, spread: Math.sqrt(average(squares)) };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
