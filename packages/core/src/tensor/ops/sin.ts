import { unaryOp } from '../elementwise.ts';
import { apply, type Tensor } from '../op.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';

/** Takes the sine of an angle in radians. */
export function sin(x: Tensor): Tensor {
  return apply(sinOp, [x], null);
}

/** Takes the cosine of an angle in radians. */
export function cos(x: Tensor): Tensor {
  return apply(cosOp, [x], null);
}

const sinOp = unaryOp('sin', 'Sin', (cotangent, [x]) => [() => mul(cotangent, cos(x))]);
const cosOp = unaryOp('cos', 'Cos', (cotangent, [x]) => [() => neg(mul(cotangent, sin(x)))]);
