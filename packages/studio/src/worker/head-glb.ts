import type { Head } from '@ganfit/core/asset';
import {
  compressGlb,
  type GlbProfile,
  originExtras,
  type Size,
  SMALL_TEXTURE,
  writeGlb,
} from '@ganfit/core/formats';
import { encodeTexture, type Kit } from '@ganfit/web';

/** As it signs files. */
export const GENERATOR = 'ganfit studio';

/** Which GLB is wanted. */
export interface GlbKind {
  /** Default `default`. */
  readonly profile?: GlbProfile;
  /** Default `full`. */
  readonly size?: Size;
}

/** The bytes of `head.glb`, as the command line writes it. */
export async function headGlb(
  head: Head,
  kit: Kit,
  { profile, size = 'full' }: GlbKind = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const isSmall = size === 'small';
  const glb = await writeGlb(head, {
    profile,
    encode: (image, use) =>
      encodeTexture(image, use, isSmall ? { size: SMALL_TEXTURE.size, format: 'webp' } : {}),
    generator: GENERATOR,
    copyright: kit.license,
    extras: originExtras(head, kit),
  });
  return new Uint8Array(await compressGlb(glb, { size, compress: isSmall ? 'meshopt' : 'none' }));
}
