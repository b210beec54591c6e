import { unaryOp } from '../elementwise.ts';
import { apply, type Tensor } from '../op.ts';
import { div } from './div.ts';

/** Takes the natural logarithm. What it gives for negative numbers depends on the runtime. */
export function log(x: Tensor): Tensor {
  return apply(logOp, [x], null);
}

const logOp = unaryOp('log', 'Log', (cotangent, [x]) => [() => div(cotangent, x)]);
