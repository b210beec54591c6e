import { unaryOp } from '../elementwise.ts';
import { apply, type Tensor } from '../op.ts';
import { greater } from './greater.ts';
import { where } from './where.ts';

/** Takes max(x, 0); its gradient at zero is zero (He et al. 2015). */
export function relu(x: Tensor): Tensor {
  return apply(reluOp, [x], null);
}

// The mask reads the output, so that a convolution before can still be fused with the activation.
const reluOp = unaryOp('relu', 'Relu', (cotangent, _inputs, y) => [() => where(greater(y, 0), cotangent, 0)]);
