import { apply, type Op, sameDType, type Tensor } from '../op.ts';
import { mul } from './mul.ts';

/** Takes x². */
export function square(x: Tensor): Tensor {
  return apply(squareOp, [x], null);
}

const squareOp: Op = {
  name: 'square',
  shape: ([x]) => x.shape,
  dtype: sameDType,
  emit: (graph, [x]) => graph.node('Mul', [x, x]),
  vjp: (cotangent, [x]) => [() => mul(mul(cotangent, 2), x)],
};
