import { turned } from '../linalg/rotation.ts';
import { cameraFromPose, cameraPose } from '../render/camera.ts';
import type { Light } from '../render/light.ts';
import type { FitParameters, PhotoParameters } from './parameters.ts';

/**
 * Where each number of a fit stands in the one vector that Adam moves. All entries are whitened, so that one learning
 * rate suits them all: coefficients in standard deviations, cameras in small steps from the pose of stage A, light in
 * tenths.
 */
export interface UnknownLayout {
  readonly identityCount: number;
  /** Modes of the albedo model, 0 without one; they follow the identity. */
  readonly albedoCount: number;
  /** Entries that all photos share: identity and albedo. */
  readonly shared: number;
  readonly expressionCount: number;
  readonly photoCount: number;
  /** Entries of one photo: expression, turn (3), shift (2), log scale, log distance, light (27). */
  readonly perPhoto: number;
  /** Entries in all. */
  readonly length: number;
}

/** Camera and light that the whitened steps start from; a camera's position is not a vector space, but its steps are. */
export interface PhotoBase {
  /** Head to camera, `[3, 3]` row-major. */
  readonly rotation: readonly number[];
  /** Sideways and up as a fraction of the distance. */
  readonly shift: readonly [number, number];
  /** Logarithm of focal length over distance: pixels per millimetre. */
  readonly logScale: number;
  /** Logarithm of the distance, millimetres. */
  readonly logDistance: number;
  /** Spherical harmonics, `[9, 3]`. */
  readonly light: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** What one unit of an entry means. */
export const UNITS = {
  /** Radians. */
  turn: 0.05,
  /** Fraction of the distance. */
  shift: 0.005,
  logScale: 0.02,
  logDistance: 0.1,
  light: 0.1,
} as const;

const CAMERA_ENTRIES = 7;
export const LIGHT_ENTRIES = 27;

export function unknownLayout(
  identityCount: number,
  expressionCount: number,
  photoCount: number,
  albedoCount = 0,
): UnknownLayout {
  const perPhoto = expressionCount + CAMERA_ENTRIES + LIGHT_ENTRIES;
  const shared = identityCount + albedoCount;
  const length = shared + photoCount * perPhoto;
  return { identityCount, albedoCount, shared, expressionCount, photoCount, perPhoto, length };
}

/** The point of departure of one photo. */
export function photoBase({ camera, light }: PhotoParameters): PhotoBase {
  const { rotation, translation } = cameraPose(camera);
  const distance = -translation[2];
  return {
    rotation,
    shift: [translation[0] / distance, translation[1] / distance],
    logScale: Math.log(camera.focal / distance),
    logDistance: Math.log(distance),
    light: harmonicsOf(light),
    width: camera.width,
    height: camera.height,
  };
}

/** The vector of given parameters, with cameras and lights at their bases. */
export function encodeUnknowns(layout: UnknownLayout, parameters: FitParameters): Float32Array {
  const x = new Float32Array(layout.length);
  x.set(parameters.identity);
  parameters.photos.forEach(({ expression }, p) => {
    x.set(expression, layout.shared + p * layout.perPhoto);
  });
  return x;
}

/** The parameters of a vector: the inverse of `encodeUnknowns`. */
export function decodeUnknowns(
  layout: UnknownLayout,
  bases: readonly PhotoBase[],
  x: Float32Array,
): FitParameters {
  return {
    identity: x.slice(0, layout.identityCount),
    photos: bases.map((base, p) => {
      let at = layout.shared + p * layout.perPhoto;
      const take = (count: number) => {
        at += count;
        return x.slice(at - count, at);
      };
      const expression = take(layout.expressionCount);
      const rotation = turned(
        base.rotation,
        take(3).map((value) => value * UNITS.turn),
      );
      const shift = take(2);
      const [scale] = take(1);
      const [depth] = take(1);
      const logDistance = base.logDistance + UNITS.logDistance * depth;
      const distance = Math.exp(logDistance);
      const focal = Math.exp(base.logScale + UNITS.logScale * scale + logDistance);
      const camera = cameraFromPose(
        {
          rotation,
          translation: [
            (base.shift[0] + UNITS.shift * shift[0]) * distance,
            (base.shift[1] + UNITS.shift * shift[1]) * distance,
            -distance,
          ],
        },
        { focal, width: base.width, height: base.height },
      );
      const steps = take(LIGHT_ENTRIES);
      const coefficients = base.light.map((value, k) => value + UNITS.light * steps[k]);
      return { expression, camera, light: { kind: 'harmonics', coefficients } };
    }),
  };
}

/** Harmonics as they are; another light becomes an even grey one, from which the first estimate starts. */
function harmonicsOf(light: Light): Float32Array {
  if (light.kind === 'harmonics') return light.coefficients;
  // sqrt(4 pi) shades a white surface with 1.
  return Float32Array.from({ length: LIGHT_ENTRIES }, (_, k) => (k < 3 ? Math.sqrt(4 * Math.PI) : 0));
}
