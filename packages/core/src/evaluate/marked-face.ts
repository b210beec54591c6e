import { GanfitError } from '../error.ts';

/** Points that somebody placed by hand on a photo of a face. */
export interface MarkedFace {
  /** `[N, 2]`, pixels. */
  readonly points: Float64Array;
}

/** Which of the points mean what. */
export interface MarkScheme {
  readonly count: number;
  /** Points that lie on one spot of the skin each, by part of the face. */
  readonly parts: Readonly<Record<string, readonly number[]>>;
  /** The outline of cheeks and jaw, ear to ear in one chain: it says where the silhouette is, not which spot of it. */
  readonly outline: readonly number[];
  /** Points of `outline` that count. */
  readonly across: readonly number[];
  /** Image-left and image-right pupil, image-left and image-right corner of the mouth: a pose to start from. */
  readonly start: readonly [number, number, number, number];
  /** Outer corners of the eyes: their distance is the unit. */
  readonly unit: readonly [number, number];
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** The 189-point template of the Face Research Lab (files `.tem` of Webmorph and Psychomorph). */
export const WEBMORPH_189: MarkScheme = {
  count: 189,
  parts: {
    eyes: range(18, 34),
    nose: [...range(50, 71), ...range(179, 183)],
    brows: range(71, 87),
    lips: range(87, 109),
    chin: range(170, 179),
  },
  outline: [109, 110, 111, 125, 126, 127, 128, 129, 130, 131, 132, 133, 114, 113, 112],
  across: [...range(109, 115), ...range(125, 134)],
  start: [0, 1, 87, 93],
  unit: [18, 27],
};

/**
 * Reads a template file: the number of points, then one `x y` a line, then lines between them, which are not read.
 *
 * @throws GanfitError `format` when it is no such file or has another number of points.
 */
export function readTemplate(text: string, { count }: MarkScheme = WEBMORPH_189): MarkedFace {
  const lines = text.split(/\r?\n/);
  const points = new Float64Array(2 * count);
  const fits =
    Number(lines[0]) === count &&
    range(0, count).every((i) => {
      const [x, y, ...rest] = (lines[i + 1] ?? '').trim().split(/\s+/).map(Number);
      points.set([x, y], 2 * i);
      return rest.length === 0 && Number.isFinite(x) && Number.isFinite(y);
    });
  if (fits) return { points };
  throw new GanfitError(
    'format',
    `template: the file must begin with ${count} and hold as many points, got "${lines[0]?.slice(0, 20)}". Use .tem files of that template.`,
  );
}
