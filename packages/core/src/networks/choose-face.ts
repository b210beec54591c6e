import { GanfitError } from '../error.ts';
import { faceSize } from './face-box.ts';
import type { Observation } from './observation.ts';

/** Smaller faces hold too little to fit well: size of the box, pixels. */
export const SMALLEST_FACE = 40;

/**
 * The face to fit: the one asked for, else the largest.
 *
 * @param observations What `observe` found, left to right.
 * @param index The face that the user wants, from 0, left to right.
 * @param name The photo's name for the errors.
 * @param smallest Size that is asked of a face, pixels.
 * @throws GanfitError `input` when there is no face, no such face, or it is smaller than `smallest`.
 */
export function chooseFace(
  observations: readonly Observation[],
  index?: number,
  name = 'the photo',
  smallest = SMALLEST_FACE,
): Observation {
  if (observations.length === 0) {
    throw new GanfitError(
      'input',
      `photo: ${name} must show a face, got none. Use a photo in which the face is upright, sharp and at least ` +
        `${smallest} pixels high.`,
    );
  }
  const largest = observations.reduce((a, b) => (faceSize(b.box) > faceSize(a.box) ? b : a));
  const chosen = index === undefined ? largest : observations[index];
  if (!chosen) {
    const faces =
      observations.length === 1 ? 'is 1 face, number 0' : `are ${observations.length} faces, from 0`;
    throw new GanfitError(
      'input',
      `photo: the face must be in ${name}, got number ${index}. There ${faces}.`,
    );
  }
  const size = faceSize(chosen.box);
  if (size < smallest) {
    throw new GanfitError(
      'input',
      `photo: the face in ${name} must be at least ${smallest} pixels high, got ${Math.floor(size)}. ` +
        'Use a larger picture or a closer one.',
    );
  }
  return chosen;
}
