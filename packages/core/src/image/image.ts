/** A photo or picture: interleaved rows (HWC), row 0 on top, pixel centres at + 0.5. */
export interface Image {
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** 1 grey, 3 RGB, 4 RGB and alpha. */
  readonly channels: 1 | 3 | 4;
  /** sRGB, 0 to 255, `height * width * channels` values. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** The same layout with real values; the user of the record says in which colour space. */
export interface FloatImage {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** `height * width * channels` values, nominally in [0, 1]. */
  readonly data: Float32Array;
}
