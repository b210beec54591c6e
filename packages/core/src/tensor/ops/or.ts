import { applyBinary, binaryOp } from '../elementwise.ts';
import { type Op, stopsGradient, type Tensor } from '../op.ts';

/** Tells where at least one is true; shapes broadcast. Takes and gives bool. */
export function or(a: Tensor, b: Tensor): Tensor {
  return applyBinary(orOp, a, b);
}

const orOp: Op = {
  ...binaryOp('or', 'Or', stopsGradient('a truth value does not move with its input')),
  // WebGPU has no Or; not both false is the same.
  emit: (graph, inputs) =>
    graph.provider === 'webgpu'
      ? graph.node('Not', [
          graph.node(
            'And',
            inputs.map((x) => graph.node('Not', [x])),
          ),
        ])
      : graph.node('Or', inputs),
};
