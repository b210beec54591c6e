import type { Tensor } from '../op.ts';
import { abs } from '../ops/abs.ts';
import { add } from '../ops/add.ts';
import { exp } from '../ops/exp.ts';
import { log } from '../ops/log.ts';
import { neg } from '../ops/neg.ts';
import { relu } from '../ops/relu.ts';

/** Takes log(1 + exp(x)), written so that large numbers do not overflow. */
export function softplus(x: Tensor): Tensor {
  return add(relu(x), log(add(exp(neg(abs(x))), 1)));
}
