import {
  abs,
  and,
  clip,
  concat,
  constant,
  div,
  gather,
  greater,
  maximum,
  mul,
  reciprocal,
  reshape,
  slice,
  sub,
  sum,
  type Tensor,
  where,
} from '../tensor/index.ts';
import { afterNextPlane, nextPlane } from './planes.ts';

/** What every pixel knows of the triangle it sees; its gradients go to the projected vertices. */
export interface PixelGeometry {
  /** Perspective-correct barycentrics, `[3, N]`, each row of three summing to one. */
  readonly barycentrics: Tensor;
  /** Depth of the seen point along the viewing axis, millimetres, `[1, N]`. */
  readonly depth: Tensor;
}

/** Pixel centres, `[2, H * W]`, row by row. */
export function pixelCenters(width: number, height: number): Tensor {
  const centers = new Float32Array(2 * width * height);
  for (let i = 0; i < width * height; i++) {
    centers[i] = (i % width) + 0.5;
    centers[width * height + i] = Math.floor(i / width) + 0.5;
  }
  return constant(centers, [2, width * height]);
}

/** Screen positions and one over depth of vertices, `[3, V]`, from homogeneous pixels, `[3, V]`. */
export function screenPlanes(projected: Tensor): Tensor {
  // Nearer than 1 mm nothing is seen; the bound only keeps the numbers finite.
  const inverse = reciprocal(maximum(slice(projected, [2], [3]), 1)); // [1, V]
  const flat = mul(slice(projected, [0], [2]), inverse);
  return concat([flat, inverse], 0);
}

/**
 * Recomputes the barycentrics that the rasteriser found, so that they carry gradients (deferred shading after Genova et al.
 * 2018, section 4). Which triangle a pixel sees is held fixed.
 *
 * @param screen As `screenPlanes` gives it, `[3, V]`.
 * @param corners Vertices of each pixel's triangle, int32 `[3, N]`.
 * @param seen Which pixels see a triangle at all, bool `[1, N]`; others get finite values without gradients.
 * @param centers Pixel centres, `[2, N]`.
 */
export function tracePixelGeometry(
  screen: Tensor,
  corners: Tensor,
  seen: Tensor,
  centers: Tensor,
): PixelGeometry {
  // One gather per component: their adjoints need no padding and meet in small vectors.
  const [x, y, inverse] = [0, 1, 2].map((k) =>
    gather(reshape(slice(screen, [k], [k + 1]), [screen.shape[1]]), corners),
  ); // [3, N]
  const dx = sub(x, slice(centers, [0], [1]));
  const dy = sub(y, slice(centers, [1], [2]));
  // Twice the area between the pixel centre and each edge.
  const areas = sub(mul(nextPlane(dx), afterNextPlane(dy)), mul(nextPlane(dy), afterNextPlane(dx)));
  const area = sum(areas, 0, true);
  const solid = and(seen, greater(abs(area), 1e-9));
  const share = where(solid, div(areas, where(solid, area, 1)), 1 / 3);
  // A sliver can pass the pixel centre by the rasteriser's snapping, which its own size magnifies: far outside it the
  // weights stop. Just outside they go on, as what "visibility held fixed" means for a triangle that moves away.
  const bounded = clip(share, -0.5, 1.5);
  const weights = mul(div(bounded, sum(bounded, 0, true)), inverse);
  const inverseDepth = sum(weights, 0, true);
  return { barycentrics: div(weights, inverseDepth), depth: reciprocal(inverseDepth) };
}

/**
 * Interpolates vertex attributes.
 *
 * @param attributes `[k, V]`.
 * @param corners Vertices of each pixel's triangle, int32 `[3, N]`.
 * @param barycentrics `[3, N]`.
 * @returns `[k, N]`.
 */
export function interpolateVertices(attributes: Tensor, corners: Tensor, barycentrics: Tensor): Tensor {
  return sum(mul(gather(attributes, corners, 1), barycentrics), 1);
}

/**
 * Interpolates attributes that each triangle has at its own corners, as UV.
 *
 * @param attributes `[k, 3, T]`.
 * @param triangleIds int32 `[N]`, in [0, T).
 * @param barycentrics `[3, N]`.
 * @returns `[k, N]`.
 */
export function interpolateCorners(attributes: Tensor, triangleIds: Tensor, barycentrics: Tensor): Tensor {
  return sum(mul(gather(attributes, triangleIds, 2), barycentrics), 1);
}
