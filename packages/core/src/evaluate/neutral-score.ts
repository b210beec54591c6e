import { fitSimilarity } from '../linalg/similarity.ts';
import { triangleTree } from '../mesh/closest-point.ts';
import type { ShapeModel } from '../shape/model.ts';
import { icp } from './icp.ts';
import { surfaceDistance } from './surface-distance.ts';

/**
 * Makes the score of heads of one model against each other: point-to-plane RMS from every fifth vertex of the true narrow
 * face to the found face, after a similarity by equal vertices and ICP, in millimetres of the truth.
 *
 * @returns A function of the true and the found neutral vertices, `[3 V]` each.
 */
export function neutralScorer({ parts, regions }: ShapeModel) {
  const skin = parts[0];
  const { narrowFace, face } = regions;
  const chosen = Array.from({ length: skin.vertexCount }, (_, v) => v).filter(
    (v) => v % 5 === 0 && narrowFace[v] > 127,
  );
  const triangles = skin.triangles.filter((_, i) => {
    const first = i - (i % 3);
    return [0, 1, 2].every((k) => face[skin.triangles[first + k]] > 127);
  });
  return (truth: Float32Array, found: Float32Array): number => {
    const gather = (source: Float32Array) =>
      Float32Array.from(
        { length: 3 * chosen.length },
        (_, i) => source[3 * chosen[Math.floor(i / 3)] + (i % 3)],
      );
    const surface = { vertices: found.slice(0, 3 * skin.vertexCount), triangles };
    const tree = triangleTree(surface.vertices, triangles);
    const start = fitSimilarity(gather(truth), gather(found));
    const { moved, transform } = icp(gather(truth), surface, {
      start,
      scale: true,
      tree,
      iterations: 8,
      trim: 100,
    });
    return surfaceDistance(moved, surface, { tree }).rms / transform.scale;
  };
}
