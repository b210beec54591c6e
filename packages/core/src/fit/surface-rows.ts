import { srgbToLinear } from '../image/color.ts';
import { HARMONIC_FACTORS } from '../render/light.ts';
import type { PhotoPyramid } from '../texture/photo-pyramid.ts';
import { samplePyramid } from '../texture/photo-pyramid.ts';
import { CAMERA_UNKNOWNS, type PhotoState } from './landmark-residuals.ts';
import type { SampleTexture, SurfaceSamples } from './surface-samples.ts';

/** One photo of a person in a certain pose, light and skin: what {@link surfaceRows} compares. */
export interface SurfaceState {
  readonly photo: PhotoState;
  /** Harmonics, `[9, 3]`. */
  readonly light: Float32Array;
  /** Posed skin, millimetres, `[3 S]` or longer, and its unit normals, `[3 S]`. */
  readonly vertices: Float32Array;
  readonly normals: Float32Array;
  /** sRGB in [0, 1] at the samples, `[N, 3]`. */
  readonly colors: Float32Array;
}

/** Differences of render and photo at the samples, and how everything changes them. */
export interface SurfaceRows {
  /** Render minus photo, sRGB, `[N, 3]`. */
  readonly residuals: Float32Array;
  /** Columns: identity, latent, camera (7), expression, light (27), `[3 N, columns]`; absent when only values are wanted. */
  readonly jacobian?: Float32Array;
}

/** What {@link surfaceRows} is to give. */
export interface RowOptions {
  /** Further levels of the pyramid: 1 halves the resolution. */
  readonly blur: number;
  /** Width of a row of the Jacobian, one more than there are unknowns; 0 for the values alone. */
  readonly columns: number;
  /** Samples of no trust are left out: their rows are zero, `[N]`. */
  readonly trust: Float32Array;
  /** Only skin and light move: the other columns are zero. */
  readonly frozen?: boolean;
}

/** Levels of the pyramid below the scale at which pixels are as large as this, millimetres. */
const SPACING = 1.6;
/** Light of a sample is kept off the darkness where sRGB is too steep. */
const DARK = 0.004;

/**
 * Compares photo and model at the samples (the photometric term of paper Eq. 3 and 10, taken on the surface instead of the
 * picture's grid, so that Gauss and Newton can do it).
 *
 * @param identityCount ns.
 */
export function surfaceRows(
  pyramid: PhotoPyramid,
  state: SurfaceState,
  samples: SurfaceSamples,
  texture: SampleTexture,
  identityCount: number,
  { blur, columns, trust, frozen = false }: RowOptions,
): SurfaceRows {
  const { photo, light, vertices, normals, colors } = state;
  const count = samples.vertices.length;
  const { modeCount } = samples;
  const expressionCount = modeCount - identityCount;
  const residuals = new Float32Array(3 * count);
  const jacobian = columns > 0 ? new Float32Array(3 * count * columns) : undefined;
  const r = photo.rotation;
  const [focal, distance] = [Math.exp(photo.logFocal), Math.exp(photo.logDistance)];
  const [centerX, centerY] = [photo.width / 2, photo.height / 2];
  const level = Math.log2(Math.max(1, (SPACING * focal) / distance)) + blur;
  const step = 0.5 * 2 ** level;
  const values = new Float32Array(15);
  const basis = new Float64Array(9);
  const slopes = new Float64Array(3);
  const [dx, dy, dz] = [new Float64Array(3), new Float64Array(3), new Float64Array(3)];
  const firstLatent = identityCount;
  const firstCamera = firstLatent + texture.count;
  const firstExpression = firstCamera + CAMERA_UNKNOWNS;
  const firstLight = firstExpression + expressionCount;
  for (let n = 0; n < count; n++) {
    if (trust[n] === 0) continue;
    const v = 3 * samples.vertices[n];
    const x = vertices[v];
    const y = vertices[v + 1];
    const z = vertices[v + 2];
    const px = r[0] * x + r[1] * y + r[2] * z;
    const py = r[3] * x + r[4] * y + r[5] * z;
    const pz = r[6] * x + r[7] * y + r[8] * z;
    const depth = distance - pz;
    const unit = focal / depth;
    const slopeX = (px + photo.shift[0] * distance) / depth;
    const slopeY = (py + photo.shift[1] * distance) / depth;
    const u = centerX + focal * slopeX;
    const w = centerY - focal * slopeY;
    samplePyramid(pyramid, u, w, level, values, 0);
    if (jacobian && !frozen) {
      samplePyramid(pyramid, u - step, w, level, values, 3);
      samplePyramid(pyramid, u + step, w, level, values, 6);
      samplePyramid(pyramid, u, w - step, level, values, 9);
      samplePyramid(pyramid, u, w + step, level, values, 12);
    }
    const nx = normals[v];
    const ny = normals[v + 1];
    const nz = normals[v + 2];
    fillBasis(nx, ny, nz, basis);
    for (let c = 0; c < 3; c++) {
      const shade = shadeAt(light, basis, c);
      const color = colors[3 * n + c];
      const albedo = srgbToLinear(Math.min(Math.max(color, 0), 1));
      const linear = Math.max(albedo * shade, DARK);
      const row = 3 * n + c;
      residuals[row] = encode(linear) - encode(values[c]);
      if (!jacobian) continue;
      const slope = encodeSlope(linear);
      const toShade = slope * albedo;
      const toColor = slope * shade * decodeSlope(color);
      const at = row * columns;
      const lit = toShade * (shade > 0 ? 1 : 0);
      const first = row * texture.count;
      for (let k = 0; k < texture.count; k++) {
        jacobian[at + firstLatent + k] = toColor * texture.modes[first + k];
      }
      for (let k = 0; k < 9; k++) jacobian[at + firstLight + 3 * k + c] = lit * basis[k];
      if (frozen) continue;
      // How the photo's value changes when the sample moves in the picture.
      const across = (encode(values[6 + c]) - encode(values[3 + c])) / (2 * step);
      const down = (encode(values[12 + c]) - encode(values[9 + c])) / (2 * step);
      // The residual falls where the photo rises; [gx, gy, gz] in camera axes.
      const gx = -across * unit;
      const gy = down * unit;
      const gz = slopeX * gx + slopeY * gy;
      jacobian[at + firstCamera] = -gy * pz + gz * py;
      jacobian[at + firstCamera + 1] = gx * pz - gz * px;
      jacobian[at + firstCamera + 2] = -gx * py + gy * px;
      jacobian[at + firstCamera + 3] = gx * distance;
      jacobian[at + firstCamera + 4] = gy * distance;
      jacobian[at + firstCamera + 5] =
        gx * photo.shift[0] * distance + gy * photo.shift[1] * distance - gz * distance;
      jacobian[at + firstCamera + 6] = -across * focal * slopeX + down * focal * slopeY;
      // The same in the head's axes, and what the normal does to the shade.
      dx[c] = r[0] * gx + r[3] * gy + r[6] * gz;
      dy[c] = r[1] * gx + r[4] * gy + r[7] * gz;
      dz[c] = r[2] * gx + r[5] * gy + r[8] * gz;
      shadeSlope(light, nx, ny, nz, c, slopes);
      const qx = lit * slopes[0];
      const qy = lit * slopes[1];
      const qz = lit * slopes[2];
      let m = n * modeCount * 3;
      const { modes, normals: turns } = samples;
      for (let k = 0; k < modeCount; k++, m += 3) {
        jacobian[at + (k < identityCount ? k : k - identityCount + firstExpression)] =
          dx[c] * modes[m] +
          dy[c] * modes[m + 1] +
          dz[c] * modes[m + 2] +
          qx * turns[m] +
          qy * turns[m + 1] +
          qz * turns[m + 2];
      }
    }
  }
  return { residuals, jacobian };
}

/** The texture at the samples, sRGB, `[N, 3]`. */
export function sampleColors({ count, mean, modes }: SampleTexture, latent: ArrayLike<number>): Float32Array {
  const out = mean.slice();
  for (let i = 0, at = 0; i < out.length; i++) {
    let sum = 0;
    for (let k = 0; k < count; k++, at++) sum += latent[k] * modes[at];
    out[i] += sum;
  }
  return out;
}

function fillBasis(x: number, y: number, z: number, out: Float64Array): void {
  out[0] = HARMONIC_FACTORS[0];
  out[1] = HARMONIC_FACTORS[1] * y;
  out[2] = HARMONIC_FACTORS[2] * z;
  out[3] = HARMONIC_FACTORS[3] * x;
  out[4] = HARMONIC_FACTORS[4] * x * y;
  out[5] = HARMONIC_FACTORS[5] * y * z;
  out[6] = HARMONIC_FACTORS[6] * (3 * z * z - 1);
  out[7] = HARMONIC_FACTORS[7] * x * z;
  out[8] = HARMONIC_FACTORS[8] * (x * x - y * y);
}

function shadeAt(light: Float32Array, basis: Float64Array, c: number): number {
  let sum = 0;
  for (let k = 0; k < 9; k++) sum += light[3 * k + c] * basis[k];
  return Math.max(sum, 0);
}

/** Gradient of the shade by the normal. */
function shadeSlope(
  light: Float32Array,
  x: number,
  y: number,
  z: number,
  c: number,
  out: Float64Array,
): void {
  const l1 = light[3 + c] * HARMONIC_FACTORS[1];
  const l2 = light[6 + c] * HARMONIC_FACTORS[2];
  const l3 = light[9 + c] * HARMONIC_FACTORS[3];
  const l4 = light[12 + c] * HARMONIC_FACTORS[4];
  const l5 = light[15 + c] * HARMONIC_FACTORS[5];
  const l6 = light[18 + c] * HARMONIC_FACTORS[6];
  const l7 = light[21 + c] * HARMONIC_FACTORS[7];
  const l8 = light[24 + c] * HARMONIC_FACTORS[8];
  out[0] = l3 + l4 * y + l7 * z + 2 * l8 * x;
  out[1] = l1 + l4 * x + l5 * z - 2 * l8 * y;
  out[2] = l2 + l5 * y + 6 * l6 * z + l7 * x;
}

function encode(linear: number): number {
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.min(linear, 1.5) ** (1 / 2.4) - 0.055;
}

function encodeSlope(linear: number): number {
  return linear <= 0.0031308 ? 12.92 : (1.055 / 2.4) * linear ** (1 / 2.4 - 1);
}

function decodeSlope(color: number): number {
  const inside = Math.min(Math.max(color, 0.02), 1);
  return inside <= 0.04045 ? 1 / 12.92 : (2.4 / 1.055) * ((inside + 0.055) / 1.055) ** 1.4;
}
