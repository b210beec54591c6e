import type { TextureModel } from '../texture/model.ts';
import type { FitParameters } from './parameters.ts';

/** What closed forms can work on: a linear texture model itself, or the linear base of one that adds detail. */
export function linearPart(texture: TextureModel | undefined): TextureModel | undefined {
  if (!texture || texture.linear) return texture;
  return texture.base?.linear ? texture.base : undefined;
}

/** Parameters with the numbers of the skin that the linear part knows. */
export function linearSkin(parameters: FitParameters, linear: TextureModel): FitParameters {
  const { texture } = parameters;
  return texture ? { ...parameters, texture: texture.slice(0, linear.latentSize) } : parameters;
}

/** The inverse: further numbers of the skin are those of before, or zero, which is the usual detail. */
export function wholeSkin(
  found: FitParameters,
  before: FitParameters,
  { latentSize }: TextureModel,
): FitParameters {
  const latent = new Float32Array(latentSize);
  latent.set(before.texture ?? []);
  latent.set(found.texture ?? []);
  return { ...found, texture: latent };
}
