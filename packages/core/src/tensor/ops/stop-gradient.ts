import { apply, type Op, sameDType, stopsGradient as stops, type Tensor } from '../op.ts';

/** Gives the same values, held constant by every gradient. */
export function stopGradient(x: Tensor): Tensor {
  return apply(stopGradientOp, [x], null);
}

const stopGradientOp: Op = {
  name: 'stopGradient',
  shape: ([x]) => x.shape,
  dtype: sameDType,
  emit: (_graph, [x]) => x,
  vjp: stops('that is its purpose'),
};
