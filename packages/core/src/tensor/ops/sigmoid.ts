import { unaryOp } from '../elementwise.ts';
import { apply, type Tensor } from '../op.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';

/** Takes the logistic function 1 / (1 + exp(-x)). */
export function sigmoid(x: Tensor): Tensor {
  return apply(sigmoidOp, [x], null);
}

const sigmoidOp = unaryOp('sigmoid', 'Sigmoid', (cotangent, _inputs, y) => [
  () => mul(cotangent, mul(y, sub(1, y))),
]);
