import { GanfitError } from '../error.ts';
import { apply, type DType, type Op, type Shape, sameDType, sameShape, type Tensor } from './op.ts';
import { constant, constantData } from './ops/constant.ts';

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
  // An operand that was only spread out need not be, as long as the other one has the full shape.
  const narrow = sameShape(right.shape, shape) ? beforeBroadcast(left) : left;
  return apply(op, [narrow, sameShape(narrow.shape, shape) ? beforeBroadcast(right) : right], null);
}

/** What a broadcast tensor was before it was spread out; others as they are. */
export function beforeBroadcast(x: Tensor): Tensor {
  return x.op.name === 'broadcastTo' ? beforeBroadcast(x.inputs[0]) : x;
}

/**
 * The shape that two shapes broadcast to, as in NumPy.
 *
 * @throws GanfitError `shape` when sizes differ and none is 1.
 */
export function broadcastShapes(where: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1;
    const right = b[i - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new GanfitError('shape', `${where}: shapes must broadcast, got [${a}] and [${b}].`);
    }
    return left === 1 ? right : left;
  });
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
  if (dtype === 'int32') return constant(Int32Array.of(x), []);
  if (dtype === 'int64') return constant(BigInt64Array.of(BigInt(x)), []);
  return dtype === 'bool' ? constant(Uint8Array.of(x), []) : constant([x], []);
}
