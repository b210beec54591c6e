import type { Observation } from '../networks/observation.ts';

/**
 * What is believed of a camera before the landmarks speak. Focal length and distance can hardly be told apart from one
 * face, so both have a log-normal prior; without one of them a face would drift to a distance nobody takes portraits from.
 */
export interface CameraPrior {
  /** Median of the focal length, pixels, and the standard deviation of its logarithm. */
  readonly focal: number;
  readonly focalDeviation: number;
  /** Median of the distance from the camera to the head, millimetres, and the standard deviation of its logarithm. */
  readonly distance: number;
  readonly distanceDeviation: number;
}

/** Of 35 mm film; lenses are compared by the picture's diagonal. */
const FILM_DIAGONAL = Math.hypot(36, 24);

/** EXIF rounds to whole millimetres and zoom lenses report loosely; a photo without EXIF is taken as a 50 mm lens's. */
export function cameraPrior(observation: Observation): CameraPrior {
  const { image, focal } = observation;
  const distance = { distance: 1000, distanceDeviation: 0.5 };
  if (focal !== undefined) return { focal, focalDeviation: 0.05, ...distance };
  return {
    focal: (50 / FILM_DIAGONAL) * Math.hypot(image.width, image.height),
    focalDeviation: 0.3,
    ...distance,
  };
}
