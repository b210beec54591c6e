import { applyBinary, binaryOp, keepsShape, knownScalar, type Operand } from '../elementwise.ts';
import type { Tensor } from '../op.ts';
import { scalar } from './constant.ts';
import { sumTo } from './sum.ts';

/** Multiplies element by element; shapes broadcast. */
export function mul(a: Operand, b: Operand): Tensor {
  const [left, right] = [knownScalar(a), knownScalar(b)];
  if (typeof a === 'object' && right === 1 && keepsShape(a, b)) return a;
  if (typeof b === 'object' && left === 1 && keepsShape(b, a)) return b;
  const product = applyBinary(mulOp, a, b);
  return left !== null && right !== null && product.shape.length === 0 ? scalar(left * right) : product;
}

const mulOp = binaryOp('mul', 'Mul', (cotangent, [a, b]) => [
  () => sumTo(mul(cotangent, b), a.shape),
  () => sumTo(mul(cotangent, a), b.shape),
]);
