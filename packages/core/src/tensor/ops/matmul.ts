import { GanfitError } from '../../error.ts';
import { apply, broadcastShapes, type Op, sameDType, type Tensor } from '../op.ts';
import { reshape } from './reshape.ts';
import { sumTo } from './sum.ts';
import { transpose } from './transpose.ts';

/**
 * Multiplies matrices; leading axes broadcast.
 *
 * @param a Left factor, `[..., n, k]`.
 * @param b Right factor, `[..., k, m]`.
 * @returns The product, `[..., n, m]`.
 * @throws GanfitError `shape` when a factor has fewer than two axes or the inner sizes differ.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  return apply(matmulOp, [a, b], null);
}

const matmulOp: Op = {
  name: 'matmul',
  shape: ([a, b]) => {
    if (a.shape.length < 2 || b.shape.length < 2 || a.shape.at(-1) !== b.shape.at(-2)) {
      throw new GanfitError(
        'shape',
        `matmul: factors must be [..., n, k] and [..., k, m], got [${a.shape}] and [${b.shape}].`,
      );
    }
    const batch = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
    return [...batch, a.shape.at(-2)!, b.shape.at(-1)!];
  },
  dtype: sameDType,
  emit: (graph, inputs) => graph.node('MatMul', inputs),
  // y = a b, so the cotangents are a̅ = y̅ bᵀ and b̅ = aᵀ y̅, summed over what was broadcast.
  vjp: (cotangent, [a, b]) => [
    () => sumTo(matmul(cotangent, transpose(b)), a.shape),
    () => {
      if (b.shape.length === 2) {
        // One matrix for the whole batch: its cotangent is one product of flattened factors.
        const flat = reshape(a, [-1, a.shape.at(-1)!]);
        return matmul(transpose(flat), reshape(cotangent, [-1, cotangent.shape.at(-1)!]));
      }
      return sumTo(matmul(transpose(a), cotangent), b.shape);
    },
  ],
};
