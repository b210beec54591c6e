import { unaryOp } from '../elementwise.ts';
import { apply, type Tensor } from '../op.ts';
import { mul } from './mul.ts';
import { sign } from './sign.ts';

/** Takes the absolute value; its gradient at zero is zero. */
export function abs(x: Tensor): Tensor {
  return apply(absOp, [x], null);
}

const absOp = unaryOp('abs', 'Abs', (cotangent, [x]) => [() => mul(cotangent, sign(x))]);
