import { expect, test } from 'vitest';
import { gradients } from './gradients.ts';
import { lower } from './lower.ts';
import type { Tensor } from './op.ts';
import * as ops from './ops/index.ts';

/** Node types that ONNX Runtime 1.30 runs on WebGPU itself, each compared there with the CPU. */
// biome-ignore format: one list reads as one list
const ON_WEBGPU = new Set([
  'Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'LeakyRelu', 'Relu', 'Resize', 'AveragePool', 'MaxPool', 'Gather',
  'ScatterElements', 'Where', 'Greater', 'Less', 'Equal', 'And', 'Not', 'Cast', 'ReduceSum', 'ReduceMax', 'Concat',
  'Slice', 'Transpose', 'Reshape', 'Pad', 'Expand', 'Sqrt', 'Reciprocal', 'Pow', 'Exp', 'Log', 'Sin', 'Cos', 'Tanh',
  'Sigmoid', 'Clip', 'Abs', 'Neg', 'Max', 'Min', 'Floor', 'Add', 'Sub', 'Mul', 'Div', 'Identity',
]);

const x = ops.input('x', [1, 6, 8, 8]);
const w = ops.input('w', [6, 6, 3, 3]);
const row = ops.input('row', [6]);
const matrix = ops.input('matrix', [6, 6]);
const ids = ops.input('ids', [4], 'int32');
const truth = ops.greater(x, 0);
const float = (condition: Tensor) => ops.cast(condition, 'float32');

/** A use of every function of the room. The type refuses a function that is left out. */
const USES: Record<keyof typeof ops, () => Tensor> = {
  abs: () => ops.abs(x),
  add: () => ops.add(x, 1),
  and: () => float(ops.and(truth, truth)),
  averagePool: () => ops.averagePool(x, { kernel: 3, strides: 2, pads: 1 }),
  batchNorm: () => ops.batchNorm(x, { scale: row, bias: row, mean: row, variance: ops.square(row) }),
  broadcastTo: () => ops.broadcastTo(row, [6, 6]),
  cast: () => float(truth),
  clip: () => ops.clip(x, -1, 1),
  concat: () => ops.concat([x, x], 1),
  constant: () => ops.constant([1], []),
  conv: () => ops.conv(x, w, { strides: 2, pads: 1 }),
  convTranspose: () => ops.convTranspose(x, w, { pads: 1 }),
  cos: () => ops.cos(x),
  div: () => ops.div(1, ops.exp(x)),
  equal: () => float(ops.equal(x, 0)),
  exp: () => ops.exp(x),
  filled: () => ops.filled(2, [3]),
  floor: () => ops.floor(x),
  gather: () => ops.gather(matrix, ids, 1),
  greater: () => float(truth),
  input: () => x,
  instanceNorm: () => ops.instanceNorm(x, row, row),
  l2Normalize: () => ops.l2Normalize(matrix),
  leakyRelu: () => ops.leakyRelu(x, 0.2),
  less: () => float(ops.less(x, 0)),
  linear: () => ops.linear(matrix, matrix, row),
  log: () => ops.log(ops.exp(x)),
  matmul: () => ops.matmul(matrix, matrix),
  max: () => ops.max(x, [2, 3]),
  maxPool: () => ops.maxPool(x, { kernel: 3, strides: 2, pads: 1 }),
  maximum: () => ops.maximum(x, 0.5),
  mean: () => ops.mean(x, [0, 2]),
  minimum: () => ops.minimum(x, 0.5),
  mul: () => ops.mul(x, row.shape.length),
  neg: () => ops.neg(x),
  not: () => float(ops.not(truth)),
  or: () => float(ops.or(truth, truth)),
  pad: () => ops.pad(row, [1], [2]),
  pixelNorm: () => ops.pixelNorm(x),
  pow: () => ops.pow(ops.exp(x), 1.5),
  prelu: () => ops.prelu(x, ops.reshape(row, [6, 1, 1])),
  reciprocal: () => ops.reciprocal(ops.exp(x)),
  relu: () => ops.relu(x),
  reshape: () => ops.reshape(x, [6, 64]),
  resizeBilinear: () => ops.resizeBilinear(x, [5, 20]),
  scalar: () => ops.scalar(1),
  scatterAdd: () => ops.scatterAdd(ids, ops.slice(matrix, [0], [4]), 9),
  sigmoid: () => ops.sigmoid(x),
  sign: () => ops.sign(x),
  sin: () => ops.sin(x),
  slice: () => ops.slice(x, [7, 1], [0, 8], [2, 3], [-2, 3]),
  softplus: () => ops.softplus(x),
  sqrt: () => ops.sqrt(ops.exp(x)),
  square: () => ops.square(x),
  squeeze: () => ops.squeeze(x),
  stack: () => ops.stack([x, x], 0),
  stopGradient: () => ops.stopGradient(x),
  sub: () => ops.sub(x, 1),
  sum: () => ops.sum(x, 1),
  tanh: () => ops.tanh(x),
  transpose: () => ops.transpose(x),
  unsqueeze: () => ops.unsqueeze(x, 0),
  upsampleBilinear: () => ops.upsampleBilinear(x),
  upsampleNearest: () => ops.upsampleNearest(x),
  where: () => ops.where(truth, x, 0),
};

for (const [name, use] of Object.entries(USES)) {
  test(`${name}: value, gradient and second derivative are written for WebGPU in nodes that it has`, () => {
    const y = use();
    const wrt = [x, w, row, matrix];
    const first = gradients(ops.sum(ops.square(y)), wrt);
    const second = gradients(
      first.map((g) => ops.sum(ops.square(g))).reduce((a, b) => ops.add(a, b)),
      wrt,
    );
    const outputs = Object.fromEntries([y, ...first, ...second].map((tensor, i) => [`output${i}`, tensor]));
    for (const { op } of lower(outputs, 'webgpu').nodes) expect(ON_WEBGPU).toContain(op);
  });
}
