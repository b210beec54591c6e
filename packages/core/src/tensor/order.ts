import type { Tensor } from './op.ts';

/** Lists everything that tensors are computed from, and themselves, each after what it reads. */
export function ancestors(outputs: readonly Tensor[]): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  // A stack of its own, since a long fit traces chains deeper than the call stack.
  const stack = [...outputs].reverse().map((tensor) => ({ tensor, next: 0 }));
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    if (top.next === 0) {
      if (seen.has(top.tensor)) {
        stack.pop();
        continue;
      }
      seen.add(top.tensor);
    }
    if (top.next < top.tensor.inputs.length) {
      const source = top.tensor.inputs[top.next++];
      if (!seen.has(source)) stack.push({ tensor: source, next: 0 });
      continue;
    }
    order.push(top.tensor);
    stack.pop();
  }
  return order;
}
