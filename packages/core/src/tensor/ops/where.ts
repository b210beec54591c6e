import { beforeBroadcast, type Operand } from '../elementwise.ts';
import { apply, broadcastShapes, type Op, type Tensor } from '../op.ts';
import { arrayOf, constant } from './constant.ts';
import { broadcastTo, sumTo } from './sum.ts';

/** Takes `a` where the condition is true and `b` elsewhere; the three shapes broadcast. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const like = typeof a === 'object' ? a : b;
  const dtype = typeof like === 'object' ? like.dtype : 'float32';
  const lift = (x: Operand) => (typeof x === 'object' ? x : constant(arrayOf(dtype, [x]), []));
  const inputs = [condition, lift(a), lift(b)];
  const shape = whereOp.shape(inputs, null);
  return broadcastTo(apply(whereOp, inputs.map(beforeBroadcast), null), shape);
}

const whereOp: Op = {
  name: 'where',
  shape: ([condition, a, b]) =>
    broadcastShapes('where', broadcastShapes('where', condition.shape, a.shape), b.shape),
  dtype: (inputs) => inputs[1].dtype,
  emit: (graph, inputs) => graph.node('Where', inputs),
  vjp: (cotangent, [condition, a, b]) => [
    null,
    () => sumTo(where(condition, cotangent, 0), a.shape),
    () => sumTo(where(condition, 0, cotangent), b.shape),
  ],
};
