import { l2Normalize, mul, sub, sum, type Tensor } from '../tensor/index.ts';

/**
 * One minus the cosine of the angle between vectors, in [0, 2]; the distance of face embeddings (Deng et al. 2019).
 *
 * @param a Vectors of any length, `[..., n]`.
 * @param b As many.
 * @returns `[...]`.
 */
export function cosineDistance(a: Tensor, b: Tensor): Tensor {
  return sub(1, sum(mul(l2Normalize(a), l2Normalize(b)), -1));
}
