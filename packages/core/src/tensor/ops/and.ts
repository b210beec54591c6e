import { applyBinary, binaryOp } from '../elementwise.ts';
import { stopsGradient, type Tensor } from '../op.ts';

/** Tells where both are true; shapes broadcast. Takes and gives bool. */
export function and(a: Tensor, b: Tensor): Tensor {
  return applyBinary(andOp, a, b);
}

const andOp = binaryOp('and', 'And', stopsGradient('a truth value does not move with its input'));
