import type { Tensor } from '../op.ts';
import { add } from '../ops/add.ts';
import { div } from '../ops/div.ts';
import { sqrt } from '../ops/sqrt.ts';
import { square } from '../ops/square.ts';
import { sum } from '../ops/sum.ts';

/**
 * Divides vectors by their length: x / √(Σx² + ε), smooth at zero too.
 *
 * @param axis Axis that a vector lies along; the last by default.
 * @param epsilon ε, 1e-12 by default.
 */
export function l2Normalize(x: Tensor, axis = -1, epsilon = 1e-12): Tensor {
  return div(x, sqrt(add(sum(square(x), axis, true), epsilon)));
}
