import { MIRRORED_VERTEX } from '../networks/mirrored-vertex.ts';
import type { ShapeModel } from '../shape/model.ts';
import { isEmbedded } from './landmark-offsets.ts';

/** A vertex of FaceMesh and the point of the skin that stands for it. */
export interface MeshPoint {
  /** Index into the 468 vertices of FaceMesh. */
  readonly vertex: number;
  /** Vertex of the skin, and how far from it the point lies on the mean head, millimetres. */
  readonly skin: number;
  readonly offset: readonly [number, number, number];
  /** Standard deviation in the picture of where the network puts it, each way, millimetres on the head. */
  readonly deviation: number;
}

/**
 * Rim, brows, eyes, nose, lips, cheeks and forehead: vertex of FaceMesh, vertex of the embedded model's skin, offset (3), deviation.
 * Only the image-left half and the middle line; the rest is its mirror image.
 *
 * Learnt from 640 views (80 random heads in 80 skins, yaw up to 50 degrees, each with its mirror image): the point that is at rest
 * on the head while the network's vertex follows it, by robust least squares. The deviations are of views within 25 degrees.
 */
// biome-ignore format: a table
const EMBEDDED: readonly (readonly [number, number, number, number, number, number])[] = [
  [0, 4654, 0, 1.1, 1.9, 2.2], [2, 4545, 0, -0.5, -0.6, 1.6], [4, 4587, 0, 0.5, 2.3, 1.7],
  [5, 4506, 0, 0.6, 1.5, 1.6], [6, 4265, 0, 0.5, 1.8, 1.6], [9, 227, 0, -1.3, 1.1, 1.4],
  [10, 1468, 0, -0.6, 1.4, 2.2], [17, 492, 0, 0.7, 0.2, 2.8], [18, 491, 0, -0.4, 0.3, 2.5],
  [21, 13355, -2.5, -1.1, 0.8, 2.8], [33, 4064, 0.4, 0.7, -0.6, 1.5], [37, 355, 0.2, 0.1, 1.8, 2],
  [39, 4794, -0.3, 0.3, 0.7, 1.9], [48, 6735, -1.9, -0.5, 0.1, 1.6], [50, 1341, -0.8, 0.4, 0.6, 2.2],
  [54, 13356, -1, 2.6, 0.7, 2.6], [58, 742, -0.7, -1.9, 1.2, 3.6], [61, 6517, 0.5, 0.5, -2.5, 2.1],
  [63, 7284, -0.3, 0, 1.6, 1.9], [66, 4404, 2.2, -0.1, 0.5, 1.6], [67, 4433, -1, -1.4, -0.6, 2.4],
  [69, 6542, 0.5, -0.4, 0.6, 1.8], [70, 7283, -1.8, -0.4, 0.2, 2], [75, 4632, 1.1, -1.4, 0.6, 1.6],
  [83, 12414, 1.5, 0.7, 0, 2.3], [84, 7234, 0.7, 1.2, -1.8, 2.6], [93, 12574, -3.2, 0.1, -0.1, 3.7],
  [97, 313, -2.4, -0.5, 1.8, 1.4], [98, 4564, -0.2, -1.7, 0.1, 1.7], [101, 13437, -0.6, 1.3, 1.7, 1.9],
  [103, 4428, -1.4, -1.1, -0.3, 2.5], [105, 4420, -1.9, -1.3, -0.4, 1.7],
  [107, 12196, -2.2, -1.7, -0.1, 1.5], [108, 1541, 0.6, 0.9, -0.2, 1.7], [109, 1470, -0.2, 0.9, -0.6, 2.2],
  [117, 731, -1.5, 0.3, -1, 1.8], [118, 13445, -1.7, 0.5, -0.5, 1.8], [123, 13302, -1.9, -0.4, -0.7, 2.2],
  [127, 7340, -2.7, -1.3, -0.4, 3.5], [132, 699, -3.3, 1.4, -1.3, 3.8], [133, 4145, -0.2, -0.5, 0.6, 1.2],
  [135, 6970, -0.4, -0.3, -2.5, 2.5], [136, 12561, 1.8, -0.2, 0.4, 2.8], [144, 897, 0.8, 0.4, -0.2, 1.5],
  [147, 6798, -2.2, 0.6, 1.2, 2.3], [148, 5605, -0.1, 1.9, -1.3, 2.9], [149, 746, -0.1, 2.3, -1.9, 2.6],
  [150, 13080, 1, 1.9, -0.1, 2.6], [151, 7290, 0, 1.2, 0.8, 1.6], [152, 6966, 0, 0.9, -1.8, 3],
  [153, 5717, 0.4, 0.5, -0.5, 1.3], [158, 5772, -1.1, 0.6, -2.5, 1.4], [160, 5806, 1, -1.1, 0.9, 1.5],
  [162, 701, -2.9, 3.2, 1.4, 3.1], [168, 4268, 0, 0.7, 1.1, 1.3], [172, 5213, 0.4, 0.1, -1.3, 3.1],
  [176, 5600, 1.8, 1.6, -0.3, 2.7], [181, 4853, 0.9, 0.5, -0.4, 2.4], [187, 1427, -1.7, -1.2, -0.1, 2.3],
  [192, 7094, -1.4, -0.4, -0.7, 2.3], [195, 201, 0, 1.5, 0.7, 1.6], [197, 6626, 0, 1.5, 0.6, 1.6],
  [199, 6818, 0, 1.2, -0.3, 2.9], [200, 563, 0, 1.2, 0, 2.6], [205, 7251, -0.8, -1.1, 2.1, 2.2],
  [207, 7100, -0.2, -1.4, 1.6, 2.3], [234, 1677, -2.6, -3.2, 0.5, 3.7],
];

/**
 * What is known of a model's points under FaceMesh; nothing for a model that was never measured.
 */
export function meshPoints(model: ShapeModel): MeshPoint[] {
  if (!isEmbedded(model)) return [];
  const partners = mirroredSkin(model);
  return EMBEDDED.flatMap(([vertex, skin, x, y, z, deviation]): MeshPoint[] => {
    const own: MeshPoint = { vertex, skin, offset: [x, y, z], deviation };
    const partner = MIRRORED_VERTEX[vertex];
    if (partner === vertex) return [own];
    return [own, { vertex: partner, skin: partners(skin), offset: [-x, y, z], deviation }];
  });
}

/** Finds the vertex of the skin on the other side; the mean head is symmetric. */
function mirroredSkin({ mean, parts }: ShapeModel): (vertex: number) => number {
  const { vertexCount } = parts[0];
  return (vertex) => {
    let [best, nearest] = [vertex, Number.POSITIVE_INFINITY];
    for (let v = 0; v < vertexCount; v++) {
      const distance = Math.hypot(
        mean[3 * v] + mean[3 * vertex],
        mean[3 * v + 1] - mean[3 * vertex + 1],
        mean[3 * v + 2] - mean[3 * vertex + 2],
      );
      if (distance < nearest) [best, nearest] = [v, distance];
    }
    return best;
  };
}
