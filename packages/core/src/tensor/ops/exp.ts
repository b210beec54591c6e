import { unaryOp } from '../elementwise.ts';
import { apply, type Tensor } from '../op.ts';
import { mul } from './mul.ts';

/** Takes the exponential. */
export function exp(x: Tensor): Tensor {
  return apply(expOp, [x], null);
}

const expOp = unaryOp('exp', 'Exp', (cotangent, _inputs, y) => [() => mul(cotangent, y)]);
