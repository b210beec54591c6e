import { unaryOp } from '../elementwise.ts';
import { apply, type Tensor } from '../op.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';

/** Takes the square root; its gradient at zero is infinite. */
export function sqrt(x: Tensor): Tensor {
  return apply(sqrtOp, [x], null);
}

const sqrtOp = unaryOp('sqrt', 'Sqrt', (cotangent, _inputs, y) => [() => div(mul(cotangent, 0.5), y)]);
