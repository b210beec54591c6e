import { applyBinary, binaryOp, type Operand } from '../elementwise.ts';
import type { Tensor } from '../op.ts';
import { less } from './less.ts';
import { sumTo } from './sum.ts';
import { where } from './where.ts';

/** Takes the larger of two elements; shapes broadcast. Where they are equal the gradient goes to `a`. */
export function maximum(a: Operand, b: Operand): Tensor {
  return applyBinary(maximumOp, a, b);
}

const maximumOp = binaryOp('maximum', 'Max', (cotangent, [a, b]) => [
  () => sumTo(where(less(a, b), 0, cotangent), a.shape),
  () => sumTo(where(less(a, b), cotangent, 0), b.shape),
]);
