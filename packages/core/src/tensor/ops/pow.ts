import { apply, type Op, sameDType, type Tensor } from '../op.ts';
import { filled } from './constant.ts';
import { mul } from './mul.ts';
import { square } from './square.ts';

/** Raises to a fixed power. Negative numbers need a whole exponent. */
export function pow(x: Tensor, exponent: number): Tensor {
  if (exponent === 0) return filled(1, x.shape);
  if (exponent === 1) return x;
  return exponent === 2 ? square(x) : apply(powOp, [x], exponent);
}

const powOp: Op<number> = {
  name: 'pow',
  shape: ([x]) => x.shape,
  dtype: sameDType,
  emit: (graph, [x], { attributes: exponent }) =>
    graph.node('Pow', [x, graph.constant('float32', [], Float32Array.of(exponent))]),
  vjp: (cotangent, [x], { attributes: exponent }) => [
    () => mul(mul(cotangent, exponent), pow(x, exponent - 1)),
  ],
};
