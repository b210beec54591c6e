import { smoothstep } from './face-area.ts';

/** Robust statistics of a person's skin in one photo, in the logarithmic space of `complete`. */
export interface SkinTone {
  /** Median logarithmic color, `[3]`. */
  readonly median: readonly [number, number, number];
  /** Robust standard deviations of brightness and of the two color ratios, `[3]`. */
  readonly deviation: readonly [number, number, number];
}

/**
 * Measures the skin by medians, so that lips, brows and spectacles among the samples do not matter.
 *
 * @param colors Logarithmic RGB, `[N, 3]`.
 * @param use Whether a sample counts, `[N]`.
 */
export function measureSkinTone(colors: Float32Array, use: (sample: number) => boolean): SkinTone {
  const samples: number[] = [];
  const count = colors.length / 3;
  // Some ten thousand samples give the median to a fraction of a percent.
  const stride = Math.max(1, Math.floor(count / 40_000));
  for (let n = 0; n < count; n += stride) if (use(n)) samples.push(n);
  const median = (of: (n: number) => number): number => {
    const values = samples.map(of).sort((a, b) => a - b);
    return values.length > 0 ? values[values.length >> 1] : Math.log(0.3);
  };
  const middle = [0, 1, 2].map((channel) => median((n) => colors[3 * n + channel]));
  const spread = [0, 1, 2].map((axis) => {
    const center = opponent(middle, 0)[axis];
    return 1.4826 * median((n) => Math.abs(opponent(colors, 3 * n)[axis] - center));
  });
  const at = (list: readonly number[]): [number, number, number] => [list[0], list[1], list[2]];
  return { median: at(middle), deviation: at(spread) };
}

/** Brightness, red against green, blue against green; of logarithms, so light scales only the first. */
function opponent(colors: ArrayLike<number>, offset: number): readonly [number, number, number] {
  const [r, g, b] = [colors[offset], colors[offset + 1], colors[offset + 2]];
  return [(r + g + b) / 3, r - g, b - g];
}

/**
 * Tells how likely a color is the person's skin: hair, spectacles and background fall off.
 *
 * @param tone Of this person in this photo.
 * @param colors Logarithmic RGB.
 * @param offset Where the color begins.
 * @returns 1 like the skin's median … 0 far away from it.
 */
export function skinLikeness(tone: SkinTone, colors: ArrayLike<number>, offset: number): number {
  const color = opponent(colors, offset);
  const center = opponent(tone.median, 0);
  const brightness = (color[0] - center[0]) / Math.max(tone.deviation[0], 0.12);
  const red = (color[1] - center[1]) / Math.max(tone.deviation[1], 0.05);
  const blue = (color[2] - center[2]) / Math.max(tone.deviation[2], 0.06);
  // Shading makes skin darker without changing its ratios much, so brightness alone is judged mildly.
  const distance = Math.hypot(0.7 * brightness, red, blue);
  return smoothstep(5, 2.5, distance);
}
