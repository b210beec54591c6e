import { turned } from '../linalg/rotation.ts';
import { ARCFACE_112, alignment, type Template } from '../networks/align.ts';
import { randomStream } from '../random/index.ts';
import { type Camera, cameraFromPose, projectVertices } from '../render/camera.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import type { AlignmentPoints } from './alignment-points.ts';
import type { LightKind } from './light-vector.ts';
import { lightVector } from './light-vector.ts';
import { projectLandmarks } from './project-landmarks.ts';

/** One draw of the second render (paper Eq. 7): the same person, another expression, camera and light. */
export interface RandomView {
  /** Coefficients, `[ne]`. */
  readonly expression: Float32Array;
  readonly camera: Camera;
  /** As `lightVector` gives it. */
  readonly light: Float32Array;
}

/** Standard deviations of yaw, pitch and roll of faces in the wild within 45 degrees (300W-3D's cousins), radians. */
const POSE = [0.33, 0.23, 0.28] as const;
/** Of the expression coefficients, as the paper has it. */
const EXPRESSION = 0.5;

/**
 * Draws the view of one iteration; the same seed and iteration give the same view, so that a fit can be resumed.
 *
 * @param size Pixels across and down the render.
 */
export function randomView(
  seed: number,
  iteration: number,
  expressionCount: number,
  size: number,
  kind: LightKind,
): RandomView {
  const random = randomStream(seed, `second render ${iteration}`);
  const within = (deviation: number): number => Math.min(Math.max(deviation * random.normal(), -0.79), 0.79);
  const [yaw, pitch, roll] = [within(POSE[0]), within(POSE[1]), within(POSE[2])];
  const expression = Float32Array.from({ length: expressionCount }, () => EXPRESSION * random.normal());
  const upright = turned(turned([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, yaw, 0]), [pitch, 0, 0]);
  const distance = 900 * Math.exp(0.2 * random.normal());
  // The face, about 170 mm, fills two thirds of the picture.
  const focal = (0.67 * size * distance) / 170;
  const camera = cameraFromPose(
    { rotation: turned(upright, [0, 0, roll]), translation: [0, 10, -distance] },
    { focal, width: size, height: size },
  );
  const strength = 0.6 * random.uniform();
  const tint = (): number => 1 + 0.05 * random.normal();
  const light = lightVector(
    {
      kind: 'phong',
      ambient: [tint() - strength / 2, tint() - strength / 2, tint() - strength / 2],
      color: [strength, strength, strength],
      position: [1000 * random.normal(), 500 + 500 * random.normal(), 1500],
    },
    'phong',
  );
  return { expression, camera, light: kind === 'phong' ? light : evenHarmonics(light) };
}

/** Harmonics of the lamp to first order. */
function evenHarmonics(lamp: Float32Array): Float32Array {
  const out = new Float32Array(27);
  const [x, y, z] = lamp.subarray(6);
  const length = Math.hypot(x, y, z);
  for (let c = 0; c < 3; c++) {
    out[c] = (lamp[c] + lamp[3 + c] / 4) / 0.282095;
    const slope = lamp[3 + c] / 2 / ((0.488603 * 2) / 3);
    out[3 + c] = (slope * y) / length;
    out[6 + c] = (slope * z) / length;
    out[9 + c] = (slope * x) / length;
  }
  return out;
}

/** The view's projected skin and the similarity from the identity network's crop to its pixels. */
export function placeRandomView(
  model: ShapeModel,
  points: AlignmentPoints,
  identity: Float32Array,
  { expression, camera }: RandomView,
  template: Template = ARCFACE_112,
): { readonly projected: Float32Array; readonly similarity: Float32Array } {
  const vertices = evaluateShape(model, identity, expression);
  const projected = projectVertices(camera, vertices.subarray(0, 3 * model.parts[0].vertexCount));
  const { a, b, x0, y0 } = alignment(projectLandmarks(points, { expression, camera }, identity), template);
  return { projected, similarity: Float32Array.of(a, b, x0, y0) };
}
