import { unaryOp } from '../elementwise.ts';
import { apply, type Tensor } from '../op.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { square } from './square.ts';

/** Takes 1 / x. */
export function reciprocal(x: Tensor): Tensor {
  return apply(reciprocalOp, [x], null);
}

const reciprocalOp = unaryOp('reciprocal', 'Reciprocal', (cotangent, _inputs, y) => [
  () => neg(mul(cotangent, square(y))),
]);
