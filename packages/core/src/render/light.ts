/** Phong light (paper section 3.2): ambient plus one point light. Colours are linear, about 1 for a well-lit photo. */
export interface PhongLight {
  readonly kind: 'phong';
  readonly ambient: readonly [number, number, number];
  readonly color: readonly [number, number, number];
  /** Millimetres, in the head's axes. */
  readonly position: readonly [number, number, number];
}

/** Second-order spherical harmonics, `[9, 3]` linear, order Y00, Y1-1, Y10, Y11, Y2-2 … Y22. */
export interface HarmonicLight {
  readonly kind: 'harmonics';
  readonly coefficients: Float32Array;
}

/** The light of one photo. */
export type Light = PhongLight | HarmonicLight;
