import { unaryOp } from '../elementwise.ts';
import { apply, type Tensor } from '../op.ts';
import { mul } from './mul.ts';
import { square } from './square.ts';
import { sub } from './sub.ts';

/** Takes the hyperbolic tangent. */
export function tanh(x: Tensor): Tensor {
  return apply(tanhOp, [x], null);
}

const tanhOp = unaryOp('tanh', 'Tanh', (cotangent, _inputs, y) => [() => mul(cotangent, sub(1, square(y)))]);
