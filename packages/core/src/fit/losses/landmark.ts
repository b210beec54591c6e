import {
  add,
  div,
  gather,
  log,
  matmul,
  mul,
  reshape,
  slice,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
} from '../../tensor/index.ts';

/** What the landmark loss compares with. All change while contour points slide, so all are inputs. */
export interface LandmarkTargets {
  /** Point that stands for each landmark, int32 `[68]`. */
  readonly points: Tensor;
  /** Detected places in render pixels, `[68, 2]`. */
  readonly places: Tensor;
  /** From an error in render pixels to standard deviations, `[68, 2, 2]`. */
  readonly whitening: Tensor;
}

/**
 * Landmark loss (paper Eq. 11): how unlikely the detected landmarks are, given where the mesh's own points project.
 *
 * The paper takes the plain distance; here errors are measured in their standard deviations and follow Student's
 * distribution, exactly as in stage A, so that both stages agree on what the landmarks say.
 *
 * @param projected Homogeneous render pixels of all alignment points, `[M, 3]`.
 * @param freedom Degrees of freedom of Student's distribution.
 * @returns Negative log likelihood up to a constant, `[]`.
 */
export function landmarkLoss(projected: Tensor, targets: LandmarkTargets, freedom: number): Tensor {
  const chosen = gather(projected, targets.points); // [68, 3]
  const pixels = div(slice(chosen, [0], [2], [1]), slice(chosen, [2], [3], [1]));
  const error = reshape(sub(pixels, targets.places), [68, 2, 1]);
  const squares = sum(square(matmul(targets.whitening, error)), [1, 2]); // [68]
  return mul(sum(log(add(mul(squares, 1 / freedom), 1))), (freedom + 2) / 2);
}

/** Side of the crop in whose pixels the paper's weight is meant. */
const CROP = 224;

/**
 * Landmark loss as the paper writes it (Eq. 11): the mean distance of the 68 points, in pixels of a crop of 224.
 *
 * @param projected Homogeneous render pixels of the points, `[M, 3]`.
 * @param size Pixels across the render.
 * @returns `[]`.
 */
export function landmarkDistance(projected: Tensor, targets: LandmarkTargets, size: number): Tensor {
  const chosen = gather(projected, targets.points); // [68, 3]
  const pixels = div(slice(chosen, [0], [2], [1]), slice(chosen, [2], [3], [1]));
  const squares = sum(square(sub(pixels, targets.places)), 1); // [68]
  return mul(sum(sqrt(add(squares, 1e-4))), CROP / size / 68);
}
