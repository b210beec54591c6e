/** What a population of photographed faces says about cameras and lamps. */
export interface PhotoBalance {
  /** By how much each group of photos (one camera, one studio) is off, logarithmic RGB. */
  readonly casts: Readonly<Record<string, readonly [number, number, number]>>;
  /** Hue of skin by its brightness: `[red - green, blue - green] = offset + slope * green`, logarithmic. */
  readonly locus: readonly (readonly [offset: number, slope: number])[];
}

/** Median color of a person's skin in one photo. */
export interface GroupedTone {
  readonly group: string;
  /** Logarithmic linear RGB. */
  readonly tone: readonly number[];
}

/** A few people are no measure of a camera. */
const LEAST_PEOPLE = 20;
/**
 * Share of a hue's distance from the locus that is taken for the lamp's. Indoor light that was balanced by a photographer and
 * skin of one brightness both vary by about 0.06 in each hue (logarithmic), so the best guess halves it.
 */
const LAMP = 0.5;

/**
 * Learns the casts of groups and the hue of skin from the tones of many people.
 *
 * One photo does not tell a pale face in dim light from a dark one in bright light. The prior here is on light: groups of
 * photos show the same mixture of people, so their medians agree; within a group exposure is taken as it is (a photographer
 * exposes to show the skin as the eye sees it), so dark skin stays dark; only the hue is drawn to that of its brightness.
 */
export function toneBalance(tones: readonly GroupedTone[]): PhotoBalance {
  const groups = new Map<string, (readonly number[])[]>();
  for (const { group, tone } of tones) groups.set(group, [...(groups.get(group) ?? []), tone]);
  const largest = [...groups].reduce((a, b) => (b[1].length > a[1].length ? b : a), ['', []]);
  const usual = medianTone(largest[1]);
  const casts: Record<string, [number, number, number]> = {};
  for (const [group, list] of groups) {
    if (list.length < LEAST_PEOPLE || group === largest[0]) continue;
    const own = medianTone(list);
    casts[group] = [own[0] - usual[0], own[1] - usual[1], own[2] - usual[2]];
  }
  const plain = tones.map(({ group, tone }) => tone.map((value, k) => value - (casts[group]?.[k] ?? 0)));
  const locus = [0, 2].map((k) =>
    robustLine(
      plain.map((tone) => tone[1]),
      plain.map((tone) => tone[k] - tone[1]),
    ),
  );
  return { casts, locus };
}

/**
 * What to subtract from a photo's logarithmic colors.
 *
 * @param tone Median of the photo's skin, logarithmic RGB.
 * @returns Logarithmic RGB.
 */
export function toneCorrection(
  { casts, locus }: PhotoBalance,
  { group, tone }: GroupedTone,
): [number, number, number] {
  const cast = casts[group] ?? [0, 0, 0];
  const green = tone[1] - cast[1];
  const [red, blue] = [0, 2].map((k, i) => {
    const hue = tone[k] - cast[k] - green;
    return LAMP * (hue - locus[i][0] - locus[i][1] * green);
  });
  return [cast[0] + red, cast[1], cast[2] + blue];
}

function medianTone(tones: readonly (readonly number[])[]): readonly number[] {
  return [0, 1, 2].map((k) => median(tones.map((tone) => tone[k])));
}

/** A line through the medians' neighborhood by reweighted least squares (Cauchy), slope held to zero by few people. */
function robustLine(x: readonly number[], y: readonly number[]): [number, number] {
  const [cx, cy] = [median(x), median(y)];
  let [offset, slope] = [0, 0];
  for (let round = 0; round < 10; round++) {
    let [w, wx, wy, xx, xy] = [1e-9, 0, 0, 1e-9, 0];
    const residuals = y.map((value, i) => value - cy - offset - slope * (x[i] - cx));
    const spread = Math.max(0.02, 1.4826 * median(residuals.map(Math.abs)));
    residuals.forEach((residual, i) => {
      const weight = 1 / (1 + (residual / (2 * spread)) ** 2);
      const [dx, dy] = [x[i] - cx, y[i] - cy];
      w += weight;
      wx += weight * dx;
      wy += weight * dy;
      xx += weight * dx * dx;
      xy += weight * dx * dy;
    });
    // As if ten more people of the deviation 0.3 stood on a level line.
    slope = (xy - (wx * wy) / w) / (xx - (wx * wx) / w + 10 * 0.3 ** 2);
    offset = (wy - slope * wx) / w;
  }
  return [cy + offset - slope * cx, slope];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
