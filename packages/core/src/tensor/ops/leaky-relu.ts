import { apply, float, type Op, sameDType, type Tensor } from '../op.ts';
import { greater } from './greater.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

/** Takes x where it is positive and slope · x elsewhere (Maas et al. 2013). */
export function leakyRelu(x: Tensor, slope: number): Tensor {
  return apply(leakyReluOp, [x], slope);
}

const leakyReluOp: Op<number> = {
  name: 'leakyRelu',
  shape: ([x]) => x.shape,
  dtype: sameDType,
  emit: (graph, [x], { attributes: slope }) => graph.node('LeakyRelu', [x], { alpha: float(slope) }),
  // A positive slope keeps the sign, so the mask may read the output; the runtime can then fuse the activation into
  // a convolution before it.
  vjp: (cotangent, [x], y) => [
    () => where(greater(y.attributes > 0 ? y : x, 0), cotangent, mul(cotangent, y.attributes)),
  ],
};
