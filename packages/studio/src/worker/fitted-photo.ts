import { type Head, photoPose, relativeLight } from '@ganfit/core/asset';
import type { FitParameters } from '@ganfit/core/fit';
import type { ShapeModel } from '@ganfit/core/shape';
import type { FittedPhoto } from '../protocol.ts';

/**
 * What the page needs to lay the head over one of its photos.
 *
 * @param posed The head that the light is measured on.
 */
export function fittedPhoto(
  name: string,
  photo: number,
  parameters: FitParameters,
  model: ShapeModel,
  posed: Head,
): FittedPhoto {
  const { camera, light } = parameters.photos[photo];
  const { weights, gaze } = photoPose(model, parameters, photo);
  const half = relativeLight(light, posed, camera, model.regions['face']);
  return { name, camera, weights, gaze, light: half.kind === 'harmonics' ? half.coefficients : undefined };
}
