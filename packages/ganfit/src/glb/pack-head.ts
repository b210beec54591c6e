import type { Head } from '@ganfit/core/asset';
import { compressGlb, type GlbOrigin, originExtras, SMALL_TEXTURE, writeGlb } from '@ganfit/core/formats';
import { encodeTexture } from '../encode-image.ts';
import { GENERATOR } from '../version.ts';
import type { GlbSettings } from './settings.ts';

export type { GlbOrigin } from '@ganfit/core/formats';

/** A head as the bytes of a GLB. */
export async function packHead(head: Head, settings: GlbSettings, origin: GlbOrigin): Promise<Uint8Array> {
  const isSmall = settings.size === 'small';
  const {
    profile,
    size,
    textureSize = isSmall ? SMALL_TEXTURE.size : 2048,
    textureFormat = isSmall ? 'webp' : 'jpeg',
    compress = isSmall ? 'meshopt' : 'none',
  } = settings;
  const glb = await writeGlb(head, {
    profile,
    encode: (image, use) => encodeTexture(image, use, { size: textureSize, format: textureFormat }),
    generator: GENERATOR,
    copyright: origin.license,
    extras: originExtras(head, origin),
  });
  const draco = compress === 'draco' ? (await import('draco3dgltf')).default : undefined;
  const dracoEncoder = await draco?.createEncoderModule();
  return compressGlb(glb, { size, compress, dracoEncoder });
}
