import { assembleHead } from '../packages/core/src/asset/assemble.ts';
import type { Head } from '../packages/core/src/asset/head.ts';
import type { Image } from '../packages/core/src/image/image.ts';
import { partTexture } from '../packages/core/src/texture/part-texture.ts';
import { readShape } from '../packages/ganfit/src/shape-file.ts';

/** What a person's head needs to be written, without a photo. */
export interface MadeHead {
  readonly head: Head;
  /** Terms of its shape model. */
  readonly license: string;
}

/** The mean head of the model that comes along, with skin and eyes painted by code and all maps and shapes. */
export async function makeHead(): Promise<MadeHead> {
  const { model, license } = await readShape();
  const textures: Record<string, Image> = { skin: paintSkin(256) };
  for (const part of model.parts.slice(1)) {
    const image = partTexture(model, part, 64);
    if (image) textures[part.name] = image;
  }
  const parameters = { identity: new Float32Array(0), photos: [] };
  return { head: assembleHead(parameters, model, textures, { detail: true }), license };
}

/** A skin tone with pores. */
function paintSkin(size: number): Image {
  const data = new Uint8Array(3 * size * size);
  for (let i = 0; i < size * size; i++) {
    const pore = ((i * 2654435761) >>> 8) % 29 === 0 ? 14 : 0;
    data.set([206 - pore, 160 - pore, 136 - pore], 3 * i);
  }
  return { width: size, height: size, channels: 3, data };
}
