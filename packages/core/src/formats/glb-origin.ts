import type { Head } from '../asset/head.ts';

/** What a GLB says about where it comes from. */
export interface GlbOrigin {
  /** Terms of the shape model, in one line. */
  readonly license: string;
  /** SHA-256 of every model and network that took part, by name. */
  readonly digests: Readonly<Record<string, string>>;
}

/** What a head is in law: it travels inside every file that has room for it. */
export const CONSENT_NOTICE =
  'A head made from a photo is personal data of the person in the photo, and its texture contains the photo itself. ' +
  'Use it only with that person’s consent. Not meant for identifying people.';

/** Notice, terms and digests, as `extras` of {@link writeGlb}. */
export function originExtras(
  { model }: Pick<Head, 'model'>,
  { license, digests }: GlbOrigin,
): Readonly<Record<string, unknown>> {
  const { name, topologyDigest } = model;
  return { notice: CONSENT_NOTICE, license, model: { name, topologyDigest }, digests };
}
