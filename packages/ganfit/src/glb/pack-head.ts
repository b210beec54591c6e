import type { Head } from '@ganfit/core/asset';
import { writeGlb } from '@ganfit/core/formats';
import { encodeTexture } from '../encode-image.ts';
import { GENERATOR } from '../version.ts';
import { compressGlb } from './compress-glb.ts';
import type { GlbSettings } from './settings.ts';

/** What a GLB says about where it comes from. */
export interface GlbOrigin {
  /** Terms of the shape model, in one line. */
  readonly license: string;
  /** SHA-256 of every model and network that took part, by name. */
  readonly digests: Readonly<Record<string, string>>;
}

/** What travels inside every GLB. */
const NOTICE =
  'A head made from a photo is personal data of the person in the photo, and its texture contains the photo itself. ' +
  'Use it only with that person’s consent. Not meant for identifying people.';

/** A head as the bytes of a GLB. */
export async function packHead(head: Head, settings: GlbSettings, origin: GlbOrigin): Promise<Uint8Array> {
  const isSmall = settings.size === 'small';
  const {
    profile,
    size,
    textureSize = isSmall ? 512 : 2048,
    textureFormat = isSmall ? 'webp' : 'jpeg',
    compress = isSmall ? 'meshopt' : 'none',
  } = settings;
  const { name, topologyDigest } = head.model;
  const glb = await writeGlb(head, {
    profile,
    // WebP is made of PNG afterwards, by the extension.
    encode: (image, use) =>
      encodeTexture(image, use, { size: textureSize, format: textureFormat === 'jpeg' ? 'jpeg' : 'png' }),
    generator: GENERATOR,
    copyright: origin.license,
    extras: {
      notice: NOTICE,
      license: origin.license,
      model: { name, topologyDigest },
      digests: origin.digests,
    },
  });
  return compressGlb(glb, { size, compress, textureFormat });
}
