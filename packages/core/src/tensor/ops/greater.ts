import { applyBinary, binaryOp, type Operand } from '../elementwise.ts';
import { stopsGradient, type Tensor } from '../op.ts';

/** Tells where `a` is greater than `b`; shapes broadcast. Gives bool. */
export function greater(a: Operand, b: Operand): Tensor {
  return applyBinary(greaterOp, a, b);
}

const greaterOp = binaryOp(
  'greater',
  'Greater',
  stopsGradient('a truth value does not move with its input'),
  'bool',
);
