import { apply, int, type Op, sameDType, stopsGradient, type Tensor } from '../op.ts';

/** Takes the sign: -1, 0 or 1, float32. */
export function sign(x: Tensor): Tensor {
  return apply(signOp, [x], null);
}

/** Number of float32 in `TensorProto.DataType`. */
const FLOAT = 1;

const signOp: Op = {
  name: 'sign',
  shape: ([x]) => x.shape,
  dtype: sameDType,
  // WebGPU has no Sign; a difference of two comparisons is the same.
  emit: (graph, [x]) => {
    if (graph.provider !== 'webgpu') return graph.node('Sign', [x]);
    const zero = graph.constant('float32', [], Float32Array.of(0));
    const float = (bool: string) => graph.node('Cast', [bool], { to: int(FLOAT) });
    return graph.node('Sub', [float(graph.node('Greater', [x, zero])), float(graph.node('Less', [x, zero]))]);
  },
  vjp: stopsGradient('steps are flat'),
};
