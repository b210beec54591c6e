/** What the EXIF block of a photo says about the lens; whatever it lacks is absent. */
export interface LensTags {
  readonly FocalLengthIn35mmFilm?: number;
  /** Millimetres. */
  readonly FocalLength?: number;
  /** Pixels of the sensor in one resolution unit. */
  readonly FocalPlaneXResolution?: number;
  /** 2 inch (also the default), 3 cm, 4 mm, 5 micrometre. */
  readonly FocalPlaneResolutionUnit?: number;
  readonly PixelXDimension?: number;
  readonly PixelYDimension?: number;
}

/** Diagonal of the 36 mm x 24 mm film frame, mm. */
const FILM_DIAGONAL = Math.hypot(36, 24);

/** Millimetres in one unit of FocalPlaneResolutionUnit. */
const UNIT: Readonly<Record<number, number>> = { 2: 25.4, 3: 10, 4: 1, 5: 0.001 };

/**
 * Focal length in pixels from what a photo says about its lens.
 *
 * First choice is FocalLengthIn35mmFilm, which CIPA DCG-001 relates to the diagonal of the frame; else FocalLength with
 * the sensor's resolution. Both are carried to the given size, so a scaled photo keeps a right value; a cropped one
 * cannot be told from EXIF.
 *
 * @param width Pixels across the picture in use, either way up.
 * @param height Pixels down the picture in use.
 * @returns Pixels, or undefined when the photo does not say it or says nonsense.
 */
export function focalFromLens(tags: LensTags, width: number, height: number): number | undefined {
  const film = Number(tags.FocalLengthIn35mmFilm);
  if (film > 0) return plausible((film / FILM_DIAGONAL) * Math.hypot(width, height), width, height);

  const [millimetres, resolution] = [Number(tags.FocalLength), Number(tags.FocalPlaneXResolution)];
  const recorded = Math.max(Number(tags.PixelXDimension), Number(tags.PixelYDimension));
  if (!(millimetres > 0 && resolution > 0 && recorded > 0)) return undefined;
  const perMillimetre = resolution / (UNIT[Number(tags.FocalPlaneResolutionUnit) || 2] ?? Number.NaN);
  const scale = Math.max(width, height) / recorded;
  return plausible(millimetres * perMillimetre * scale, width, height);
}

/** Lenses from 8 mm to 1200 mm (on 35 mm film) exist; anything else is a mistake in the file. */
function plausible(focal: number, width: number, height: number): number | undefined {
  const film = (focal / Math.hypot(width, height)) * FILM_DIAGONAL;
  return film >= 8 && film <= 1200 ? focal : undefined;
}
