import type { Observation } from '../networks/observation.ts';
import type { Viewport } from '../render/viewport.ts';
import type { FitParameters } from './parameters.ts';

/**
 * What a finished head shows beside the skin of its face: eyes, teeth, scalp, ears and plain grey. The identity network is shown
 * the skin of the fit on it, so that what is optimised is the picture that the head is judged by.
 */
export interface Backdrop {
  /** The finished head over plain grey, sRGB in [0, 1], `[3, size, size]`. */
  readonly picture: Float32Array;
  /** 1 where the skin is the nearest thing or nothing is there, 0 where an eye or a tooth is, `[1, size, size]`. */
  readonly skin: Float32Array;
  /** What finishing a head adds to the vertices of its skin (lids as measured, closed lips), `[S, 3]`, millimetres. */
  readonly offsets: Float32Array;
}

/**
 * Draws the backdrop of one photo. The room `asset` knows how heads are finished; this one only takes what it is given.
 *
 * @param parameters As the joint steps begin, with a texture.
 * @param photo Which of the parameters' photos.
 * @param observation That photo.
 * @param viewport The window of the photo that is rendered.
 */
export type DrawBackdrop = (
  parameters: FitParameters,
  photo: number,
  observation: Observation,
  viewport: Viewport,
) => Promise<Backdrop>;

/** The inputs of the step graph that belong to it; see `photoInputs` there. */
export function backdropFeeds({ picture, skin, offsets }: Backdrop): Record<string, Float32Array> {
  return { backdrop: picture, backdropSkin: skin, offsets };
}
