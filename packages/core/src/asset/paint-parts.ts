import type { Image } from '../image/image.ts';
import type { ShapeModel } from '../shape/model.ts';
import { BROWN_EYE } from '../texture/eye-texture.ts';
import { partTexture } from '../texture/part-texture.ts';
import { type PhotoLook, relight } from './photo-look.ts';

/** Paints all parts but the skin, or those of certain names, in the colours of a photo and in a share of their full size. */
export function paintParts(
  textures: Record<string, Image>,
  model: ShapeModel,
  look: PhotoLook,
  share: number,
  names = /./,
): void {
  for (const part of model.parts.slice(1)) {
    if (!names.test(part.name)) continue;
    const isEye = part.name.startsWith('eye');
    const image = partTexture(model, part, share * (isEye ? 512 : 256), { ...BROWN_EYE, iris: look.iris });
    const light = isEye ? look.light : look.mouthLight;
    if (image) textures[part.name] = relight(image, light);
  }
}
