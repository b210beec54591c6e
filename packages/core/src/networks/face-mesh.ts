import { GanfitError } from '../error.ts';
import { type Image, mapPoints, type Similarity, toPlanes, warp } from '../image/index.ts';
import type { Network } from '../runtime/index.ts';
import { landmarkBox } from './face-box.ts';
import { MIRRORED_VERTEX } from './mirrored-vertex.ts';

/** Points of the mesh. */
export const MESH_COUNT = 468;

/** Side of the network's input, pixels. */
const SIDE = 192;
/** The crop is this much larger than the longer side of what it should show. */
const MARGIN = 1.5;
/** Outer corners of the eyes: the crop's roll. */
const [RIGHT_EYE, LEFT_EYE] = [33, 263];

/** What the mesh network sees of one face. */
export interface FaceMesh {
  /** `[468, 2]`, pixels of the photo. */
  readonly points: Float32Array;
  /** How sure the network is that the crop shows a face, in [0, 1]. */
  readonly score: number;
}

/**
 * Places the 468 vertices of MediaPipe's FaceMesh (Kartynnik et al. 2019, "Real-time Facial Surface Geometry from Monocular Video on
 * Mobile GPUs"). Unlike the 68 landmarks all of them are points of the surface, the rim of the face too.
 *
 * The network looks three times: first around the landmarks, then twice around what it saw; the last time at the mirror image too.
 *
 * @param network `face_landmark.tflite`, opened by the runtime.
 * @param landmarks iBUG 68 points of the face, `[68, 2]`, pixels of the photo.
 */
export async function findFaceMesh(
  network: Network,
  image: Image,
  landmarks: Float32Array,
): Promise<FaceMesh> {
  const first = await look(network, image, cropAround(landmarks, 36, 45));
  const second = await look(network, image, cropAround(first.points, RIGHT_EYE, LEFT_EYE));
  return look(network, image, cropAround(second.points, RIGHT_EYE, LEFT_EYE), true);
}

/** From pixels of the crop to the photo: a square around points, level with the eyes. */
function cropAround(points: Float32Array, rightEye: number, leftEye: number): Similarity {
  const roll = Math.atan2(
    points[2 * leftEye + 1] - points[2 * rightEye + 1],
    points[2 * leftEye] - points[2 * rightEye],
  );
  const [c, s] = [Math.cos(roll), Math.sin(roll)];
  const level = mapPoints({ a: c, b: -s, x0: 0, y0: 0 }, points);
  const box = landmarkBox(level);
  const side = MARGIN * Math.max(box.width, box.height);
  const [x, y] = [box.x + (box.width - side) / 2, box.y + (box.height - side) / 2];
  const [a, b] = [(c * side) / SIDE, (s * side) / SIDE];
  return { a, b, x0: c * x - s * y, y0: s * x + c * y };
}

/** One look, or two with the mirror image, whose answers are averaged. */
async function look(network: Network, image: Image, toImage: Similarity, twice = false): Promise<FaceMesh> {
  const planes = toPlanes(warp(image, toImage, SIDE, SIDE), { order: 'RGB', mean: 0, divisor: 255 });
  const seen = await place(network, planes);
  if (!twice) return { points: mapPoints(toImage, seen.points), score: seen.score };
  for (let row = 0; row < planes.length; row += SIDE) planes.subarray(row, row + SIDE).reverse();
  const mirrored = await place(network, planes);
  const points = new Float32Array(2 * MESH_COUNT);
  MIRRORED_VERTEX.forEach((partner, vertex) => {
    points[2 * vertex] = (seen.points[2 * vertex] + SIDE - mirrored.points[2 * partner]) / 2;
    points[2 * vertex + 1] = (seen.points[2 * vertex + 1] + mirrored.points[2 * partner + 1]) / 2;
  });
  return { points: mapPoints(toImage, points), score: Math.min(seen.score, mirrored.score) };
}

/** The network itself: `[3, 192, 192]` RGB in [0, 1] to vertices in pixels of the crop. */
async function place(network: Network, planes: Float32Array): Promise<FaceMesh> {
  const [{ name }] = network.inputs;
  const outputs = await network.run({ [name]: { data: planes, shape: [1, 3, SIDE, SIDE] } });
  const values = Object.values(outputs).map(({ data }) => data);
  const mesh = values.find(({ length }) => length === 3 * MESH_COUNT);
  const flag = values.find(({ length }) => length === 1);
  if (!mesh || !flag) {
    throw new GanfitError(
      'format',
      `face mesh: the network must give ${MESH_COUNT} points and a score, got ${values.map(({ length }) => length)} ` +
        'numbers. Is it another file?',
    );
  }
  const points = new Float32Array(2 * MESH_COUNT);
  for (let i = 0; i < MESH_COUNT; i++) points.set([mesh[3 * i], mesh[3 * i + 1]], 2 * i);
  return { points, score: 1 / (1 + Math.exp(-flag[0])) };
}
