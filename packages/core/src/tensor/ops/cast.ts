import { apply, type DType, int, type Op, type Tensor } from '../op.ts';

/** Converts the element type: floats to integers towards zero, bool to 0 and 1. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : apply(castOp, [x], dtype);
}

/** Element types by their number in `TensorProto.DataType`. */
const NUMBERS: Readonly<Record<DType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 };

const castOp: Op<DType> = {
  name: 'cast',
  shape: ([x]) => x.shape,
  dtype: (_inputs, dtype) => dtype,
  emit: (graph, [x], { attributes: dtype }) => graph.node('Cast', [x], { to: int(NUMBERS[dtype]) }),
  // There is one float type, so every conversion starts or ends in whole numbers.
  vjp: () => [null],
};
