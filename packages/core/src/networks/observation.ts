import type { Image } from '../image/image.ts';
import type { SkinMask } from './skin-mask.ts';

/** What the networks see of one face in one photo. */
export interface Observation {
  /** The whole upright photo. */
  readonly image: Image;
  /** Index of the face in the photo, left to right from 0. */
  readonly face: number;
  /** Detector box in pixels and its score in [0, 1]. */
  readonly box: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly score: number;
  };
  /** iBUG 68 points, `[68, 2]`, pixels of `image`. */
  readonly landmarks: Float32Array;
  /** Vertices of FaceMesh, `[468, 2]`, pixels of `image`; only when the kit has that network and it saw a face. */
  readonly mesh?: Float32Array;
  /** Embedding of the identity network, `[512]`, not normalised. */
  readonly embedding: Float32Array;
  /** Inner values of the identity network, `[128, 7, 7]`, for the shape regressor; it stays silent without them. */
  readonly pattern?: Float32Array;
  /** What the shape network says, `[256]`, for the regressor, too; only when the kit has that network. */
  readonly shapeCode?: Float32Array;
  /** The same of the face's mirror image; the regressor averages both answers. */
  readonly mirrored?: {
    readonly embedding: Float32Array;
    readonly pattern: Float32Array;
    readonly shapeCode?: Float32Array;
  };
  /** Focal length in pixels when the photo says it (EXIF), else undefined. */
  readonly focal?: number;
  /** Where the photo shows the face's skin; without it nothing is known of hands, hair and glasses, and all of it counts. */
  readonly skin?: SkinMask;
}
