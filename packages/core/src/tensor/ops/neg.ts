import { unaryOp } from '../elementwise.ts';
import { apply, type Tensor } from '../op.ts';

/** Turns the sign. */
export function neg(x: Tensor): Tensor {
  return apply(negOp, [x], null);
}

const negOp = unaryOp('neg', 'Neg', (cotangent) => [() => neg(cotangent)]);
