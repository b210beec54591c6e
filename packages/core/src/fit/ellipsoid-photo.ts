import { turned } from '../linalg/rotation.ts';
import type { Observation } from '../networks/observation.ts';
import { randomStream } from '../random/index.ts';
import { cameraFromPose } from '../render/camera.ts';
import { renderPreview } from '../render/preview.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import type { AlignmentPoints } from './alignment-points.ts';
import { projectLandmarks } from './project-landmarks.ts';

/** How {@link photographEllipsoid} looks at a head. */
interface EllipsoidView {
  /** Radians. */
  readonly yaw: number;
  /** Coefficients of the head. */
  readonly identity: readonly number[];
  /** Pixels across and down. */
  readonly side: number;
  /** Deviation of the landmarks, millimetres. Default 0. */
  readonly noise?: number;
  /** Of the landmarks' noise. Default 0. */
  readonly seed?: number;
}

/** For tests: an evenly colored head under a lamp, 900 mm away, as the networks would have seen it. */
export function photographEllipsoid(
  head: ShapeModel,
  points: AlignmentPoints,
  { yaw, identity, side, noise = 0, seed = 0 }: EllipsoidView,
): Observation {
  const random = randomStream(seed, 'photo');
  const camera = cameraFromPose(
    { rotation: turned([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, yaw, 0]), translation: [0, 0, -900] },
    { focal: 700, width: side, height: side },
  );
  const expression = new Float32Array(3);
  const mesh = { vertices: evaluateShape(head, identity, expression), triangles: head.parts[0].triangles };
  const { data } = renderPreview([{ mesh, albedo: [0.5, 0.33, 0.25] }], { camera, background: [60, 90, 60] });
  const rgb = Uint8Array.from({ length: 3 * side * side }, (_, i) => data[4 * Math.floor(i / 3) + (i % 3)]);
  return {
    image: { width: side, height: side, channels: 3, data: rgb },
    face: 0,
    box: { x: 0, y: 0, width: side, height: side, score: 1 },
    landmarks: projectLandmarks(points, { expression, camera }, identity).map(
      (value) => value + noise * (700 / 900) * random.normal(),
    ),
    embedding: new Float32Array(512),
    focal: 700,
  };
}
