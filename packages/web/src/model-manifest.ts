/** One model file beside the page. */
export interface ModelEntry {
  /** Relative to the manifest; holds part of the digest, so that it can be cached for ever. */
  readonly url: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Its terms, in one line. */
  readonly license: string;
}

/** The file `models.json` that a build of the studio writes: all models by name. */
export interface ModelManifest {
  readonly models: Readonly<Record<string, ModelEntry>>;
}
