import { applySimilarity, fitSimilarity } from '../linalg/similarity.ts';
import type { ShapeModel } from '../shape/model.ts';
import type { Scan } from './scan.ts';
import { alignScan, fitScan } from './scan-fit.ts';
import { scanMask } from './scan-mask.ts';
import { type SurfaceDistance, surfaceDistance } from './surface-distance.ts';

/** A scan laid on the model, ready to score heads against. */
export interface ScanTruth {
  readonly scan: Scan;
  /** The model fitted to the scan as well as it can be, `[ns]`. */
  readonly identity: Float32Array;
  /** The scan's points in that fit's pose and size, `[N, 3]`. */
  readonly points: Float64Array;
  /** Points that count, `[N]`. */
  readonly mask: Uint8Array;
}

/** Lays a scan on the model: dense fit, mask, dense fit within the mask. Some ten seconds. */
export function scanTruth(model: ShapeModel, scan: Scan): ScanTruth {
  const mask = scanMask(model, scan, fitScan(model, scan));
  const { identity, points } = fitScan(model, scan, { mask });
  return { scan, identity, points, mask };
}

/**
 * Scores a head against a scan: similarity by the dense fit's pose, then point-to-plane ICP of the masked points, then
 * distances from the masked points to the head along the head's normals.
 *
 * The similarity may scale; distances are given in millimetres of the scan as the dense fit sized it, so that a head that
 * is too small gains nothing.
 *
 * @param vertices The head, neutral, `[3 V]`.
 */
export function scoreAgainstScan(
  model: ShapeModel,
  { scan, points: start, mask }: ScanTruth,
  vertices: Float32Array,
): SurfaceDistance {
  const { points } = alignScan(model, vertices, scan, start, mask);
  const { scale } = fitSimilarity(start, points);
  const { triangles, vertexCount } = model.parts[0];
  const grow = { scale: 1 / scale, rotation: UPRIGHT, translation: [0, 0, 0] } as const;
  const surface = {
    vertices: Float32Array.from(applySimilarity(grow, vertices.subarray(0, 3 * vertexCount))),
    triangles,
  };
  return surfaceDistance(applySimilarity(grow, points), surface, { weights: mask });
}

const UPRIGHT = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const;
