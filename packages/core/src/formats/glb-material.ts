import type { Document, Material, TextureInfo } from '@gltf-transform/core';
import type { HeadMaterial } from '../asset/head.ts';
import type { Image } from '../image/image.ts';

/** Bytes of a compressed picture, ready to be embedded. */
export interface EncodedImage {
  readonly mimeType: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly bytes: Uint8Array;
}

/** What a texture is for: colours may lose more than directions. */
export type TextureUse = 'color' | 'normal' | 'roughness';

/** Compresses a texture; the door knows how. */
export type TextureEncoder = (texture: Image, use: TextureUse) => Promise<EncodedImage>;

// The atlas does not tile; with wrapping its left edge would bleed into the right one.
const CLAMP_TO_EDGE = 33071;

/** Writes a material with its textures. Metallic is 0. */
export async function writeMaterial(
  document: Document,
  { name, color, roughness, texture, roughnessTexture, normalTexture, doubleSided }: HeadMaterial,
  encode: TextureEncoder,
): Promise<Material> {
  const material = document
    .createMaterial(name)
    .setBaseColorFactor([...color, 1])
    .setMetallicFactor(0)
    .setRoughnessFactor(roughness)
    .setDoubleSided(doubleSided ?? false);
  const embed = async (image: Image, use: TextureUse) => {
    const { bytes, mimeType } = await encode(image, use);
    // A buffer of its own: encoders like to hand out views of a shared pool.
    const suffix = use === 'color' ? '' : `-${use}`;
    return document.createTexture(`${name}${suffix}`).setImage(new Uint8Array(bytes)).setMimeType(mimeType);
  };
  if (texture) {
    material.setBaseColorTexture(await embed(texture, 'color'));
    clamp(material.getBaseColorTextureInfo());
  }
  if (roughnessTexture) {
    material.setMetallicRoughnessTexture(await embed(inGreen(roughnessTexture), 'roughness'));
    clamp(material.getMetallicRoughnessTextureInfo());
  }
  if (normalTexture) {
    material.setNormalTexture(await embed(normalTexture, 'normal'));
    clamp(material.getNormalTextureInfo());
  }
  return material;
}

function clamp(info: TextureInfo | null): void {
  info?.setWrapS(CLAMP_TO_EDGE).setWrapT(CLAMP_TO_EDGE);
}

/** glTF keeps roughness in green and metallic in blue. */
function inGreen({ width, height, data }: Image): Image {
  const out = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    out[3 * i] = 255;
    out[3 * i + 1] = data[i];
  }
  return { width, height, channels: 3, data: out };
}
