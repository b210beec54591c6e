import { type Head, relativeLight } from '@ganfit/core/asset';
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
  const { camera, expression, light } = parameters.photos[photo];
  const count = model.shapeNames.length;
  const weights: Record<string, number> = {};
  model.shapeNames.forEach((shape, j) => {
    let weight = 0;
    for (let k = 0; k < expression.length; k++)
      weight += expression[k] * model.expressionMixture[k * count + j];
    weights[shape] = weight;
  });
  const half = relativeLight(light, posed, camera, model.regions['face']);
  return { name, camera, weights, light: half.kind === 'harmonics' ? half.coefficients : undefined };
}
