import type { Compression, GlbProfile, Size } from '@ganfit/core/formats';

export { COMPRESSIONS, type Compression, SIZES, type Size } from '@ganfit/core/formats';

/** Kinds of pictures that a GLB can hold. */
export const TEXTURE_FORMATS = ['jpeg', 'png', 'webp'] as const;
export type TextureFormat = (typeof TEXTURE_FORMATS)[number];

/** Texels across and down that a user can ask for. */
export const TEXTURE_SIZES = [512, 1024, 2048] as const;

/** What a user can ask of a GLB. */
export interface GlbSettings {
  readonly profile: GlbProfile;
  readonly size: Size;
  /** Largest texture, texels across and down; 512 in a small head. */
  readonly textureSize?: number;
  /** JPEG, but WebP in a small head. */
  readonly textureFormat?: TextureFormat;
  /** None, but meshopt in a small head. */
  readonly compress?: Compression;
}

/** What opens anywhere. */
export const PLAIN_GLB: GlbSettings = { profile: 'default', size: 'full' };
