import { applyBinary, binaryOp, type Operand } from '../elementwise.ts';
import type { Tensor } from '../op.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { sumTo } from './sum.ts';

/** Divides `a` by `b`; shapes broadcast. Integers are divided towards zero. */
export function div(a: Operand, b: Operand): Tensor {
  return typeof b === 'number' && typeof a === 'object' && a.dtype === 'float32'
    ? mul(a, 1 / b)
    : applyBinary(divOp, a, b);
}

// y = a / b, so the cotangents are a̅ = y̅ / b and b̅ = -y̅ y / b.
const divOp = binaryOp('div', 'Div', (cotangent, [a, b], y) => [
  () => sumTo(div(cotangent, b), a.shape),
  () => neg(sumTo(mul(cotangent, div(y, b)), b.shape)),
]);
