import type { Head } from '@ganfit/core/asset';
import { writeGlb } from '@ganfit/core/formats';
import { encodeTexture, type Kit } from '@ganfit/web';

/** As it signs files. */
export const GENERATOR = 'ganfit studio';

/** What travels inside every GLB. */
const NOTICE =
  'A head made from a photo is personal data of the person in the photo, and its texture contains the photo itself. ' +
  'Use it only with that person’s consent. Not meant for identifying people.';

/** The bytes of `head.glb`, as the command line writes it. */
export async function headGlb(head: Head, kit: Kit): Promise<Uint8Array<ArrayBuffer>> {
  const { name, topologyDigest } = kit.model;
  const bytes = await writeGlb(head, {
    encode: encodeTexture,
    generator: GENERATOR,
    copyright: kit.license,
    extras: { notice: NOTICE, model: { name, topologyDigest }, digests: kit.digests },
  });
  return new Uint8Array(bytes);
}
