import { apply, float, type Op, sameDType, type Tensor } from '../op.ts';
import { cast } from './cast.ts';
import { greater } from './greater.ts';
import { maximum } from './maximum.ts';
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
  vjp: (cotangent, [x], y) => {
    const slope = y.attributes;
    // A positive slope keeps the sign, so the mask may read the output; the runtime can then fuse the activation into
    // a convolution before it.
    const mask = greater(slope > 0 ? y : x, 0);
    // The larger of 0 or 1 and the slope is the factor, as long as the slope lies between; Where takes twice as long.
    return [
      () =>
        slope >= 0 && slope <= 1
          ? mul(cotangent, maximum(cast(mask, 'float32'), slope))
          : where(mask, cotangent, mul(cotangent, slope)),
    ];
  },
};
