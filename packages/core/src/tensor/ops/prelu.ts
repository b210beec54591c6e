import { apply, broadcastShapes, type Op, sameDType, type Tensor } from '../op.ts';
import { constantData } from './constant.ts';
import { greater } from './greater.ts';
import { mul } from './mul.ts';
import { sumTo } from './sum.ts';
import { where } from './where.ts';

/**
 * Takes x where it is positive and slope · x elsewhere, with slopes of its own for each channel (He et al. 2015).
 *
 * @param slope Slopes in a shape that broadcasts to x, such as `[C, 1, 1]`.
 */
export function prelu(x: Tensor, slope: Tensor): Tensor {
  return apply(preluOp, [x, slope], null);
}

const preluOp: Op = {
  name: 'prelu',
  shape: ([x, slope]) => broadcastShapes('prelu', x.shape, slope.shape),
  dtype: sameDType,
  // ONNX's PRelu is slow on the CPU. For slopes up to 1 the larger of both branches is always the right one.
  emit: (graph, [x, slope], { inputs }) => {
    const scaled = graph.node('Mul', [x, slope]);
    if (constantData(inputs[1])?.every((value) => value <= 1)) return graph.node('Max', [x, scaled]);
    const zero = graph.constant('float32', [], Float32Array.of(0));
    return graph.node('Where', [graph.node('Greater', [x, zero]), x, scaled]);
  },
  vjp: (cotangent, [x, slope], y) => {
    // Positive slopes keep the sign, so the mask may read the output; the input need not be kept then.
    const positive = constantData(slope)?.every((value) => value > 0);
    const mask = greater(positive ? y : x, 0);
    return [
      () => where(mask, cotangent, mul(cotangent, slope)),
      () => sumTo(where(mask, 0, mul(cotangent, x)), slope.shape),
    ];
  },
};
