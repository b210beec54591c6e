import { apply, type DType, type Op, type Shape, stopsGradient, type Tensor } from '../op.ts';

/** What is known of an input. */
export interface InputAttributes {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * Traces a value that is fed when the graph runs.
 *
 * @param name Name under which it is fed; inputs of one name are one input.
 * @param shape Its shape.
 * @param dtype Its element type, float32 by default.
 */
export function input(name: string, shape: Shape, dtype: DType = 'float32'): Tensor<InputAttributes> {
  return apply(inputOp, [], { name, shape, dtype });
}

/** What is known of a tensor that is an input, else `null`. */
export function inputAttributes(tensor: Tensor): InputAttributes | null {
  return tensor.op === (inputOp as Op<unknown>) ? (tensor.attributes as InputAttributes) : null;
}

const inputOp: Op<InputAttributes> = {
  name: 'input',
  shape: (_inputs, { shape }) => shape,
  dtype: (_inputs, { dtype }) => dtype,
  // Lowering declares inputs itself, before any rule runs; the value bears the input's own name.
  emit: (_graph, _inputs, { attributes }) => attributes.name,
  vjp: stopsGradient('an input reads nothing'),
};
