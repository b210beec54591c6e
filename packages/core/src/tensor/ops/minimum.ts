import { applyBinary, binaryOp, type Operand } from '../elementwise.ts';
import type { Tensor } from '../op.ts';
import { greater } from './greater.ts';
import { sumTo } from './sum.ts';
import { where } from './where.ts';

/** Takes the smaller of two elements; shapes broadcast. Where they are equal the gradient goes to `a`. */
export function minimum(a: Operand, b: Operand): Tensor {
  return applyBinary(minimumOp, a, b);
}

const minimumOp = binaryOp('minimum', 'Min', (cotangent, [a, b]) => [
  () => sumTo(where(greater(a, b), 0, cotangent), a.shape),
  () => sumTo(where(greater(a, b), cotangent, 0), b.shape),
]);
