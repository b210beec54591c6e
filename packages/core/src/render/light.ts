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

/** The mirror part of Phong's model, the same for the whole skin; the paper leaves both numbers open. */
export interface Specular {
  /** Share of the point light's colour that is mirrored. */
  readonly strength: number;
  /** Phong's exponent: larger is glossier. */
  readonly exponent: number;
}

/** Skin mirrors a few per cent of the light, broadly: small enough not to bend the albedo found from a photo. */
export const SPECULAR_DEFAULTS: Specular = { strength: 0.04, exponent: 8 };

/**
 * Real spherical harmonics `factor_k * Y_k(n) * A_l / pi`, as polynomials of the unit normal, times the cosine lobe's
 * factors (Ramamoorthi and Hanrahan 2001, Eq. 8 and 10), so that a uniform environment of radiance 1, whose only
 * coefficient is L00 = sqrt(4 pi), shades a white surface with 1. Polynomials: 1, y, z, x, xy, yz, 3 z^2 - 1, xz,
 * x^2 - y^2.
 */
export const HARMONIC_FACTORS: readonly number[] = [
  0.282095,
  ...[0, 0, 0].map(() => (0.488603 * 2) / 3),
  1.092548 / 4,
  1.092548 / 4,
  0.315392 / 4,
  1.092548 / 4,
  0.546274 / 4,
];

/**
 * Gives the function that computes the light which one surface point sends on, in plain numbers.
 *
 * @param eye The camera's position, millimetres.
 * @returns Writes to `out` the diffuse light (times the albedo it is what the eye sees) in 0 … 2 and the mirrored light
 *   (to be added) in 3 … 5; both linear, never negative. `point` in millimetres and the unit `normal` in the head's axes.
 */
export function plainShader(
  light: Light,
  eye: ArrayLike<number>,
  specular: Specular = SPECULAR_DEFAULTS,
): (point: Float64Array, normal: Float64Array, out: Float64Array) => void {
  if (light.kind === 'harmonics') {
    const weights = Float64Array.from(
      light.coefficients,
      (value, i) => value * HARMONIC_FACTORS[Math.floor(i / 3)],
    );
    return (_, normal, out) => shadeHarmonics(weights, normal, out);
  }
  return (point, normal, out) => shadePhong(light, eye, specular, point, normal, out);
}

function shadePhong(
  light: PhongLight,
  eye: ArrayLike<number>,
  specular: Specular,
  point: Float64Array,
  normal: Float64Array,
  out: Float64Array,
): void {
  const lx = light.position[0] - point[0];
  const ly = light.position[1] - point[1];
  const lz = light.position[2] - point[2];
  const vx = eye[0] - point[0];
  const vy = eye[1] - point[1];
  const vz = eye[2] - point[2];
  const toLight = 1 / Math.sqrt(lx * lx + ly * ly + lz * lz);
  const toEye = 1 / Math.sqrt(vx * vx + vy * vy + vz * vz);
  const cosine = (normal[0] * lx + normal[1] * ly + normal[2] * lz) * toLight;
  const facing = (normal[0] * vx + normal[1] * vy + normal[2] * vz) * toEye;
  const mirrored = 2 * cosine * facing - (lx * vx + ly * vy + lz * vz) * toLight * toEye;
  const shine = cosine > 0 && mirrored > 0 ? specular.strength * mirrored ** specular.exponent : 0;
  for (let c = 0; c < 3; c++) {
    out[c] = light.ambient[c] + light.color[c] * Math.max(0, cosine);
    out[3 + c] = light.color[c] * shine;
  }
}

/** @param weights Coefficients times their factors, `[9, 3]`. */
function shadeHarmonics(weights: Float64Array, normal: Float64Array, out: Float64Array): void {
  const x = normal[0];
  const y = normal[1];
  const z = normal[2];
  for (let c = 0; c < 3; c++) {
    const linear = weights[c] + weights[3 + c] * y + weights[6 + c] * z + weights[9 + c] * x;
    const mixed = weights[12 + c] * x * y + weights[15 + c] * y * z + weights[21 + c] * x * z;
    const square = weights[18 + c] * (3 * z * z - 1) + weights[24 + c] * (x * x - y * y);
    out[c] = Math.max(0, linear + mixed + square);
    out[3 + c] = 0;
  }
}
