import { applyBinary, binaryOp, type Operand } from '../elementwise.ts';
import { stopsGradient, type Tensor } from '../op.ts';

/** Tells where `a` is less than `b`; shapes broadcast. Gives bool. */
export function less(a: Operand, b: Operand): Tensor {
  return applyBinary(lessOp, a, b);
}

const lessOp = binaryOp('less', 'Less', stopsGradient('a truth value does not move with its input'), 'bool');
