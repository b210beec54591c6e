import { focalFromLens, type LensTags } from '@ganfit/core/image';
import readExif from 'exif-reader';

/**
 * Focal length in pixels from the EXIF block of a photo, as `focalFromLens` says.
 *
 * @param exif The block as it lies in the file, with or without its `Exif` head.
 * @param width Pixels across the picture in use, either way up.
 * @param height Pixels down the picture in use.
 * @returns Pixels, or undefined when the photo does not say it or says nonsense.
 */
export function focalPixels(exif: Buffer | undefined, width: number, height: number): number | undefined {
  if (!exif) return undefined;
  let tags: NonNullable<ReturnType<typeof readExif>['Photo']>;
  try {
    tags = readExif(exif).Photo ?? {};
  } catch {
    // A broken block is common and harmless: the picture itself is fine.
    return undefined;
  }
  return focalFromLens(tags as LensTags, width, height);
}
