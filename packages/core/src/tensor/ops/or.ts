import { applyBinary, binaryOp } from '../elementwise.ts';
import { stopsGradient, type Tensor } from '../op.ts';

/** Tells where at least one is true; shapes broadcast. Takes and gives bool. */
export function or(a: Tensor, b: Tensor): Tensor {
  return applyBinary(orOp, a, b);
}

const orOp = binaryOp('or', 'Or', stopsGradient('a truth value does not move with its input'));
