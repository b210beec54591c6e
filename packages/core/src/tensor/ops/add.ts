import { applyBinary, binaryOp, keepsShape, knownScalar, type Operand } from '../elementwise.ts';
import type { Tensor } from '../op.ts';
import { sumTo } from './sum.ts';

/** Adds; shapes broadcast. */
export function add(a: Operand, b: Operand): Tensor {
  if (typeof a === 'object' && knownScalar(b) === 0 && keepsShape(a, b)) return a;
  if (typeof b === 'object' && knownScalar(a) === 0 && keepsShape(b, a)) return b;
  return applyBinary(addOp, a, b);
}

const addOp = binaryOp('add', 'Add', (cotangent, [a, b]) => [
  () => sumTo(cotangent, a.shape),
  () => sumTo(cotangent, b.shape),
]);
