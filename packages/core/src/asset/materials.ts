import type { Image } from '../image/image.ts';
import type { HeadMaterial } from './head.ts';
import type { SkinDetail } from './skin-detail.ts';

type Surface = Omit<HeadMaterial, 'name' | 'texture'>;

/** Colours are linear; they stand where no texture does. */
const SURFACES: Readonly<Record<string, Surface>> = {
  skin: { color: [0.62, 0.4, 0.31], roughness: 0.6 },
  eyeLeft: { color: [0.75, 0.72, 0.7], roughness: 0.1 },
  eyeRight: { color: [0.75, 0.72, 0.7], roughness: 0.1 },
  teeth: { color: [0.72, 0.66, 0.55], roughness: 0.3 },
  gums: { color: [0.42, 0.13, 0.12], roughness: 0.4 },
  tongue: { color: [0.42, 0.14, 0.13], roughness: 0.45 },
  mouth: { color: [0.19, 0.05, 0.045], roughness: 0.6 },
  lashes: { color: [0.03, 0.02, 0.015], roughness: 0.75, doubleSided: true },
  sockets: { color: [0.3, 0.13, 0.1], roughness: 0.6 },
};

const UNKNOWN: Surface = { color: [0.5, 0.5, 0.5], roughness: 0.6 };

/**
 * Gives the material of a part.
 *
 * @param part Name of the part in the shape model.
 * @param texture Its base colour, sRGB; replaces the plain colour.
 * @param detail Its relief and roughness; replaces the plain roughness.
 */
export function partMaterial(part: string, texture?: Image, detail?: SkinDetail): HeadMaterial {
  const plain = SURFACES[part] ?? UNKNOWN;
  const surface = detail
    ? { ...plain, roughness: 1, roughnessTexture: detail.roughness, normalTexture: detail.normal }
    : plain;
  return texture ? { ...surface, name: part, color: [1, 1, 1], texture } : { ...surface, name: part };
}
