import { unaryOp } from '../elementwise.ts';
import { apply, stopsGradient, type Tensor } from '../op.ts';

/** Rounds down to a whole number. */
export function floor(x: Tensor): Tensor {
  return apply(floorOp, [x], null);
}

const floorOp = unaryOp('floor', 'Floor', stopsGradient('steps are flat'));
