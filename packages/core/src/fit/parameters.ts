import type { Camera } from '../render/camera.ts';
import type { Light } from '../render/light.ts';

/** Coefficients of shape, expression and linear skin stay within so many standard deviations, where the models are people. */
export const LARGEST_COEFFICIENT = 3.5;

/** Everything a fit finds: the shared identity and, per photo, expression, camera and light. Plain data. */
export interface FitParameters {
  /** p_s, `[ns]`, standard deviations. */
  readonly identity: Float32Array;
  /** p_t, the latent of the texture model, `[nt]`; absent without one. */
  readonly texture?: Float32Array;
  /**
   * What the finished skin is beside the texture model's, a factor of linear RGB; every light shades the finished skin with its
   * inverse. Absent before a head is made.
   */
  readonly tone?: readonly [number, number, number];
  /** One record per photo. */
  readonly photos: readonly PhotoParameters[];
}

/** What belongs to one photo alone. */
export interface PhotoParameters {
  /** p_e, `[ne]`, standard deviations. */
  readonly expression: Float32Array;
  readonly camera: Camera;
  readonly light: Light;
  /** Lids and gaze, which landmarks tell little of; absent where nobody measured them. */
  readonly eyes?: EyePose;
}

/** How both eyes stand in one photo. */
export interface EyePose {
  /** Where they look, radians towards the subject's left and up; 0 is straight ahead. */
  readonly gaze: readonly [left: number, up: number];
  /** Of the subject's left and right eye: weights of `eyeBlink` and `eyeSquint` on top of the expression; negative ones open. */
  readonly blink: readonly [left: number, right: number];
  readonly squint: readonly [left: number, right: number];
}
