import { turned } from '../linalg/rotation.ts';
import { cameraFromPose, cameraPose } from '../render/camera.ts';
import { LIGHT_COUNTS, type LightKind, lightOf, lightVector } from './light-vector.ts';
import type { FitParameters, PhotoParameters } from './parameters.ts';

/**
 * Where each number of a fit stands in the one vector that Adam moves. All entries are whitened, so that one learning
 * rate suits them all: coefficients in standard deviations, cameras in small steps from the pose of stage A, light in
 * tenths.
 */
export interface UnknownLayout {
  readonly identityCount: number;
  /** Length of the texture's latent, 0 without a texture model; it follows the identity. */
  readonly latentCount: number;
  /** Entries that all photos share: identity and latent. */
  readonly shared: number;
  readonly expressionCount: number;
  readonly photoCount: number;
  readonly lightKind: LightKind;
  /** Entries of one photo: expression, turn (3), shift (2), log scale, log distance, light (27 or 9). */
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
  /** As `lightVector` gives it: `[9, 3]` harmonics, or `[9]` of a lamp. */
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

export function unknownLayout(
  identityCount: number,
  expressionCount: number,
  photoCount: number,
  latentCount = 0,
  lightKind: LightKind = 'harmonics',
): UnknownLayout {
  const perPhoto = expressionCount + CAMERA_ENTRIES + LIGHT_COUNTS[lightKind];
  const shared = identityCount + latentCount;
  const length = shared + photoCount * perPhoto;
  return { identityCount, latentCount, shared, expressionCount, photoCount, lightKind, perPhoto, length };
}

/** The point of departure of one photo. */
export function photoBase({ camera, light }: PhotoParameters, kind: LightKind = 'harmonics'): PhotoBase {
  const { rotation, translation } = cameraPose(camera);
  const distance = -translation[2];
  return {
    rotation,
    shift: [translation[0] / distance, translation[1] / distance],
    logScale: Math.log(camera.focal / distance),
    logDistance: Math.log(distance),
    light: lightVector(light, kind),
    width: camera.width,
    height: camera.height,
  };
}

/** The vector of given parameters, with cameras and lights at their bases. */
export function encodeUnknowns(layout: UnknownLayout, parameters: FitParameters): Float32Array {
  const x = new Float32Array(layout.length);
  x.set(parameters.identity);
  if (parameters.texture && layout.latentCount > 0) x.set(parameters.texture, layout.identityCount);
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
    ...(layout.latentCount > 0 ? { texture: x.slice(layout.identityCount, layout.shared) } : {}),
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
      const steps = take(LIGHT_COUNTS[layout.lightKind]);
      const light = base.light.map((value, k) => value + UNITS.light * steps[k]);
      return { expression, camera, light: lightOf(light, layout.lightKind) };
    }),
  };
}
