import { GanfitError } from '../error.ts';
import { apply, broadcastShapes, type DType, type Op, sameDType, sameShape, type Tensor } from './op.ts';
import { arrayOf, constant, constantData } from './ops/constant.ts';
import { broadcastTo } from './ops/sum.ts';

/** Either a traced tensor or a plain number, which takes the type of the tensor beside it. */
export type Operand = Tensor | number;

/** Rules of an operation on each element alone. */
export function unaryOp(name: string, onnx: string, vjp: Op<null>['vjp']): Op<null> {
  return {
    name,
    shape: ([x]) => x.shape,
    dtype: sameDType,
    emit: (graph, inputs) => graph.node(onnx, inputs),
    vjp,
  };
}

/** Rules of an operation on pairs of elements; shapes broadcast as in NumPy. */
export function binaryOp(name: string, onnx: string, vjp: Op<null>['vjp'], dtype?: DType): Op<null> {
  return {
    name,
    shape: ([a, b]) => broadcastShapes(name, a.shape, b.shape),
    dtype: ([a, b]) => {
      if (a.dtype !== b.dtype) {
        throw new GanfitError(
          'shape',
          `${name}: element types must agree, got ${a.dtype} and ${b.dtype}. Cast one.`,
        );
      }
      return dtype ?? a.dtype;
    },
    emit: (graph, inputs) => graph.node(onnx, inputs),
    vjp,
  };
}

/** Applies a rule of pairs; numbers become scalars of the other's type. */
export function applyBinary(op: Op<null>, a: Operand, b: Operand): Tensor {
  const left = typeof a === 'number' ? scalarLike(a, b) : a;
  const right = typeof b === 'number' ? scalarLike(b, left) : b;
  const shape = broadcastShapes(op.name, left.shape, right.shape);
  // Spreading out comes last, so that it happens once, or not at all where the next operation spreads by itself.
  return broadcastTo(apply(op, [beforeBroadcast(left), beforeBroadcast(right)], null), shape);
}

/** What a broadcast tensor was before it was spread out; others as they are. */
export function beforeBroadcast(x: Tensor): Tensor {
  return x.op.name === 'broadcastTo' ? beforeBroadcast(x.inputs[0]) : x;
}

/** The value of an operand known while tracing and the same for all elements, else `null`. */
export function knownScalar(x: Operand): number | null {
  if (typeof x === 'number') return x;
  const data = constantData(beforeBroadcast(x));
  return data?.length === 1 && data instanceof Float32Array ? data[0] : null;
}

/** Whether `a` alone already has the shape that both broadcast to. */
export function keepsShape(a: Tensor, b: Operand): boolean {
  return typeof b === 'number' || sameShape(broadcastShapes('broadcast', a.shape, b.shape), a.shape);
}

function scalarLike(x: number, like: Operand): Tensor {
  const dtype = typeof like === 'number' ? 'float32' : like.dtype;
  return constant(arrayOf(dtype, [x]), []);
}
