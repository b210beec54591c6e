/**
 * How far a detected landmark lies from the model's point, standard deviations in millimetres on the head. Besides the
 * network's own error it covers that people and models do not mean quite the same point.
 */
export interface LandmarkNoise {
  /** Brows, nose, eyes, lips: landmarks 17 … 67, each way. */
  readonly brows: number;
  readonly nose: number;
  readonly eyes: number;
  readonly lips: number;
  /** Jaw line 0 … 16 across the silhouette, for a face that looks into the camera. */
  readonly across: number;
  /** Jaw line along the silhouette, where "the same point" hardly exists. */
  readonly along: number;
  /** Yaw in radians at which the jaw line's deviations have doubled; networks lose the contour when the head turns. */
  readonly contourYaw: number;
  /** Share of the detector's known drift with the head's pose (`landmark-drift.ts`) that is taken out, 0 or 1. */
  readonly drift: number;
  /** Degrees of freedom of Student's t: small ones forgive outliers. */
  readonly freedom: number;
  /** Factor on the deviations of FaceMesh's points, which are many and err together. */
  readonly mesh: number;
  /** Factor on the deviations of the 68 landmarks where a photo has FaceMesh's points, too. */
  readonly besideMesh: number;
}

/** For the default landmark network; tuned on renders of heads that the tests never see, see `docs/method.md`. */
export const LANDMARK_NOISE: LandmarkNoise = {
  brows: 4.5,
  nose: 2.2,
  eyes: 1.8,
  lips: 2.2,
  across: 3,
  along: 12,
  contourYaw: 0.6,
  drift: 1,
  freedom: 5,
  mesh: 4,
  besideMesh: 2,
};

/**
 * For a texture, which must lie where its landmarks are, be the shape as it may: tighter than what guesses the best shape, and
 * with the detector's drift left in, since the next photo of that pose has it, too.
 */
export const TEXTURE_NOISE: LandmarkNoise = {
  ...LANDMARK_NOISE,
  brows: 3,
  nose: 1.5,
  eyes: 1.2,
  lips: 1.5,
  across: 2,
  along: 8,
  drift: 0,
};

/** What landmarks are to place, by the words of a preset's `landmarkTrust`. */
export const LANDMARK_TRUST = { shape: LANDMARK_NOISE, texture: TEXTURE_NOISE } as const;

/** Standard deviation of one inner landmark (17 … 67), millimetres. */
export function innerDeviation(noise: LandmarkNoise, landmark: number): number {
  if (landmark < 27) return noise.brows;
  if (landmark < 36) return noise.nose;
  return landmark < 48 ? noise.eyes : noise.lips;
}

/**
 * The noise of several photos of one person that are fitted together. Detectors pull every photo of a face the same way towards
 * the average one, so that its photos say no more together than one does: deviations grow with the root of their number.
 */
export function noiseOfPhotos(noise: LandmarkNoise, photos: number): LandmarkNoise {
  const { brows, nose, eyes, lips, across, along, mesh } = noise;
  const factor = Math.sqrt(Math.max(photos, 1));
  return {
    ...noise,
    brows: factor * brows,
    nose: factor * nose,
    eyes: factor * eyes,
    lips: factor * lips,
    across: factor * across,
    along: factor * along,
    mesh: factor * mesh,
  };
}
