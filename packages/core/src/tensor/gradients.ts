import { assert, GanfitError } from '../error.ts';
import { sameShape, type Tensor } from './op.ts';
import { add } from './ops/add.ts';
import { scalar } from './ops/constant.ts';
import { broadcastTo } from './ops/sum.ts';
import { ancestors } from './order.ts';

/**
 * Traces the gradients of a loss by reverse accumulation (Griewank & Walther 2008, section 3.2).
 *
 * Only paths that lead from `wrt` to the loss are followed. The result is traced like any other tensor and can be
 * differentiated again.
 *
 * @param loss A single number, `[]`, float32.
 * @param wrt What to differentiate by; inputs or any tensors on the way.
 * @returns For each of `wrt` a gradient of its shape, zeros where the loss does not depend on it.
 * @throws GanfitError `shape` when the loss is not a single float32.
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (loss.shape.length !== 0 || loss.dtype !== 'float32') {
    throw new GanfitError(
      'shape',
      `gradients: the loss must be one float32 of shape [], got ${loss.dtype} [${loss.shape}]. Sum it first.`,
    );
  }
  const order = ancestors([loss]);
  const active = new Set<Tensor>(wrt);
  for (const tensor of order) if (tensor.inputs.some((source) => active.has(source))) active.add(tensor);

  const cotangents = new Map<Tensor, Tensor>([[loss, scalar(1)]]);
  for (const tensor of order.reverse()) {
    const cotangent = cotangents.get(tensor);
    if (!cotangent || !tensor.inputs.some((source) => active.has(source))) continue;
    const rules = tensor.op.vjp(cotangent, tensor.inputs, tensor);
    tensor.inputs.forEach((source, i) => {
      const rule = rules[i];
      if (!rule || source.dtype !== 'float32' || !active.has(source)) return;
      const part = rule();
      assert(
        sameShape(part.shape, source.shape),
        `the gradient rule of ${tensor.op.name} must keep the shape [${source.shape}], got [${part.shape}]`,
      );
      const known = cotangents.get(source);
      cotangents.set(source, known ? add(known, part) : part);
    });
  }
  return wrt.map((tensor) => cotangents.get(tensor) ?? broadcastTo(scalar(0), tensor.shape));
}
