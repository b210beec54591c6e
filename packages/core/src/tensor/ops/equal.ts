import { applyBinary, binaryOp, type Operand } from '../elementwise.ts';
import { stopsGradient, type Tensor } from '../op.ts';

/** Tells where `a` equals `b`; shapes broadcast. Gives bool. */
export function equal(a: Operand, b: Operand): Tensor {
  return applyBinary(equalOp, a, b);
}

const equalOp = binaryOp(
  'equal',
  'Equal',
  stopsGradient('a truth value does not move with its input'),
  'bool',
);
