import { turned } from '../linalg/rotation.ts';
import { vertexNormals } from '../mesh/normals.ts';
import { type Camera, cameraFromPose } from '../render/camera.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import { observeSkin, robustLight } from './albedo.ts';
import type { solveArrow } from './arrow-system.ts';
import { CAMERA_UNKNOWNS, type PhotoState } from './landmark-residuals.ts';
import { type FitParameters, LARGEST_COEFFICIENT } from './parameters.ts';
import type { PhotometricProblem } from './photometric-problem.ts';
import { type SurfaceState, sampleColors } from './surface-rows.ts';
import { photoBase } from './unknowns.ts';

/** All unknowns, in double precision. */
export interface PhotometricState {
  readonly identity: Float64Array;
  readonly latent: Float64Array;
  readonly photos: readonly (PhotoState & { readonly light: Float32Array })[];
}

/** The light that explains the photo if the skin is the mean person's. */
function firstLight(
  { model, kits, texture }: PhotometricProblem,
  parameters: FitParameters,
  p: number,
): Float32Array {
  const { camera, expression } = parameters.photos[p];
  const seen = observeSkin(kits[p], camera, evaluateShape(model, parameters.identity, expression));
  const { light } = robustLight(
    seen.basis,
    seen.colors,
    seen.trust,
    seen.trust.length,
    texture.skin.map(decode),
  );
  return Float32Array.from(light);
}

/** The unknowns to begin with: skin and light of an earlier fit, or the mean person's under the {@link firstLight}. */
export function photometricStart(problem: PhotometricProblem, parameters: FitParameters): PhotometricState {
  const { texture } = problem;
  return {
    identity: Float64Array.from(parameters.identity),
    latent: parameters.texture ? Float64Array.from(parameters.texture) : new Float64Array(texture.count),
    photos: parameters.photos.map((photo, p) => {
      const { logDistance, logScale, rotation, shift, width, height, light: own } = photoBase(photo);
      const known = parameters.texture && photo.light.kind === 'harmonics';
      const found = known ? own : firstLight(problem, parameters, p);
      return {
        rotation,
        shift,
        logDistance,
        logFocal: logScale + logDistance,
        width,
        height,
        expression: Float64Array.from(photo.expression),
        light: found,
      };
    }),
  };
}

/** The state in the terms of a fit. */
export function parametersOf({ identity, latent, photos }: PhotometricState): FitParameters {
  return {
    identity: Float32Array.from(identity),
    texture: Float32Array.from(latent),
    photos: photos.map((photo) => ({
      expression: Float32Array.from(photo.expression),
      camera: cameraOf(photo),
      light: { kind: 'harmonics', coefficients: photo.light },
    })),
  };
}

/** The camera of one photo's unknowns. */
export function cameraOf({ rotation, shift, logDistance, logFocal, width, height }: PhotoState): Camera {
  const distance = Math.exp(logDistance);
  return cameraFromPose(
    { rotation, translation: [shift[0] * distance, shift[1] * distance, -distance] },
    { focal: Math.exp(logFocal), width, height },
  );
}

const surfaces = new WeakMap<PhotometricState, SurfaceState[]>();

/** The posed head of a photo; a state that a step ends in is where the next begins, so each is computed once. */
export function surfaceOf(problem: PhotometricProblem, state: PhotometricState, p: number): SurfaceState {
  const known = surfaces.get(state) ?? [];
  surfaces.set(state, known);
  known[p] ??= computeSurface(problem, state, p);
  return known[p];
}

function computeSurface(
  { model, texture }: PhotometricProblem,
  state: PhotometricState,
  p: number,
): SurfaceState {
  const photo = state.photos[p];
  const vertices = evaluateShape(model, state.identity, photo.expression);
  const skin = model.parts[0];
  return {
    photo,
    light: photo.light,
    vertices,
    normals: vertexNormals(vertices.subarray(0, 3 * skin.vertexCount), skin.triangles),
    colors: sampleColors(texture, state.latent),
  };
}

/** The state after a step. Coefficients stay where the models are people. */
export function moved(
  state: PhotometricState,
  delta: ReturnType<typeof solveArrow>,
  { points }: PhotometricProblem,
): PhotometricState {
  const { identityCount, expressionCount } = points;
  const inside = (value: number): number =>
    Math.min(Math.max(value, -LARGEST_COEFFICIENT), LARGEST_COEFFICIENT);
  return {
    identity: state.identity.map((c, i) => inside(c + delta.shared[i])),
    latent: state.latent.map((c, i) => inside(c + delta.shared[identityCount + i])),
    photos: state.photos.map((photo, p) => {
      const own = delta.photos[p];
      const first = CAMERA_UNKNOWNS + expressionCount;
      return {
        ...photo,
        rotation: turned(photo.rotation, own),
        shift: [photo.shift[0] + own[3], photo.shift[1] + own[4]],
        logDistance: photo.logDistance + own[5],
        logFocal: photo.logFocal + own[6],
        expression: photo.expression.map((c, k) => inside(c + own[CAMERA_UNKNOWNS + k])),
        light: photo.light.map((value, k) => value + own[first + k]),
      };
    }),
  };
}

function decode(value: number): number {
  const inside = Math.min(Math.max(value, 0), 1);
  return inside <= 0.04045 ? inside / 12.92 : ((inside + 0.055) / 1.055) ** 2.4;
}
