import { unaryOp } from '../elementwise.ts';
import { apply, stopsGradient, type Tensor } from '../op.ts';

/** Turns true into false and false into true. */
export function not(x: Tensor): Tensor {
  return apply(notOp, [x], null);
}

const notOp = unaryOp('not', 'Not', stopsGradient('a truth value does not move with its input'));
