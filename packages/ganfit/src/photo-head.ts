import { assembleHead, type Head, type Reconstruction } from '@ganfit/core/asset';
import type { FitParameters } from '@ganfit/core/fit';
import type { ShapeModel } from '@ganfit/core/shape';

/** What is needed of a result to show its head in any of its photos. */
export type ManyPhotos = Pick<Reconstruction, 'parameters' | 'textures'> & {
  readonly head: Pick<Head, 'delit'>;
};

/**
 * One head as one of its photos shows it: in that photo's pose and expression, and with a skin that is as free of light as the result's own
 * head is; without knowing that, a head would be lit wrongly.
 *
 * @param p Which photo.
 */
export function photoHead(
  { parameters, textures, head }: ManyPhotos,
  p: number,
  model: ShapeModel,
): { readonly parameters: FitParameters; readonly posed: Head } {
  const own = { ...parameters, photos: [parameters.photos[p]] };
  const posed = assembleHead(own, model, textures, { expression: 'photo', morphs: false });
  return { parameters: own, posed: { ...posed, delit: head.delit } };
}
