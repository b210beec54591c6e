import { applyBinary, binaryOp, type Operand } from '../elementwise.ts';
import type { Tensor } from '../op.ts';
import { neg } from './neg.ts';
import { sumTo } from './sum.ts';

/** Subtracts `b` from `a`; shapes broadcast. */
export function sub(a: Operand, b: Operand): Tensor {
  return applyBinary(subOp, a, b);
}

const subOp = binaryOp('sub', 'Sub', (cotangent, [a, b]) => [
  () => sumTo(cotangent, a.shape),
  () => neg(sumTo(cotangent, b.shape)),
]);
