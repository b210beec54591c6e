import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { expect } from 'vitest';
import {
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  writeModel,
} from '../packages/core/src/onnx/index.ts';
import { randomStream } from '../packages/core/src/random/index.ts';
import { importOnnx, input } from '../packages/core/src/tensor/index.ts';
import { float, int, ints } from '../packages/core/src/tensor/op.ts';
import { runTraced } from './check-op.ts';

/** Small network files for the tests of the importer, and the check that it reads them as the runtime does. */
const random = randomStream(5, 'import');

export function normal(count: number): Float32Array {
  return Float32Array.from({ length: count }, () => random.normal());
}

export function weights(name: string, shape: readonly number[], data?: Float32Array): OnnxTensor {
  return { name, dtype: 'float32', shape, data: data ?? normal(shape.reduce((a, b) => a * b, 1)) };
}

export function whole(name: string, values: readonly number[]): OnnxTensor {
  return { name, dtype: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}

export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
): OnnxNode {
  return { op, inputs, outputs, attributes };
}

export interface Network {
  readonly x: readonly number[];
  readonly nodes: readonly OnnxNode[];
  readonly constants?: readonly OnnxTensor[];
  readonly outputs?: readonly string[];
  readonly opset?: number;
}

/** The node that gives the output y. */
export const y = (
  op: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
) => [node(op, inputs, ['y'], attributes)];

/** The constants of a batch normalization of 4 channels. */
export function statistics(name: string): OnnxTensor[] {
  const positive = Float32Array.from({ length: 4 }, () => 0.5 + random.uniform());
  return [
    weights(`${name}.scale`, [4]),
    weights(`${name}.bias`, [4]),
    weights(`${name}.mean`, [4]),
    weights(`${name}.variance`, [4], positive),
  ];
}

export function normalize(name: string, from: string, to: string): OnnxNode {
  const parts = ['scale', 'bias', 'mean', 'variance'].map((part) => `${name}.${part}`);
  return node('BatchNormalization', [from, ...parts], [to], { epsilon: float(2e-5) });
}

/** What ArcFace's improved residual networks are made of: a block that halves the picture, then the embedding. */
export function improvedResidualBlock(): Network {
  const same = { pads: ints([1, 1, 1, 1]) };
  const half = { ...same, strides: ints([2, 2]) };
  return {
    x: [2, 4, 6, 6],
    opset: 11,
    nodes: [
      normalize('first', 'x', 'a'),
      node('Conv', ['a', 'w1'], ['b'], same),
      normalize('second', 'b', 'c'),
      node('PRelu', ['c', 'slope'], ['d']),
      node('Conv', ['d', 'w2', 'bias'], ['e'], half),
      normalize('third', 'e', 'f'),
      node('Conv', ['x', 'w3'], ['g'], { strides: ints([2, 2]) }),
      normalize('fourth', 'g', 'h'),
      node('Add', ['f', 'h'], ['i']),
      node('Flatten', ['i'], ['j']),
      node('Gemm', ['j', 'dense'], ['k'], { transB: int(1) }),
      normalize('last', 'k', 'y'),
    ],
    constants: [
      ...['first', 'second', 'third', 'fourth', 'last'].flatMap(statistics),
      ...[weights('w1', [4, 4, 3, 3]), weights('w2', [4, 4, 3, 3]), weights('w3', [4, 4, 1, 1])],
      ...[weights('slope', [4, 1, 1]), weights('bias', [4]), weights('dense', [4, 36])],
    ],
  };
}

/** A file that reads x and gives y; `shapes` of the outputs where a runtime is to take it. */
export function fileOf(
  { x, nodes, constants = [], outputs = ['y'], opset = 20 }: Network,
  shapes: Readonly<Record<string, readonly number[]>> = {},
): Uint8Array {
  const model: OnnxModel = {
    opset,
    inputs: [{ name: 'x', dtype: 'float32', shape: x }],
    outputs: outputs.map((name) => ({ name, dtype: 'float32', shape: shapes[name] ?? [] })),
    initializers: constants,
    nodes,
  };
  return writeModel(model);
}

/** Runs a network as a file and as traced code, and compares shapes and values. */
export async function expectAsTheRuntime(network: Network): Promise<void> {
  const traced = importOnnx(fileOf(network), { x: input('x', network.x) });
  const shapes = Object.fromEntries(Object.entries(traced).map(([name, { shape }]) => [name, shape]));
  const x = normal(network.x.reduce((a, b) => a * b, 1));
  const session = await InferenceSession.create(fileOf(network, shapes), { logSeverityLevel: 4 });
  const expected = await session.run({ x: new OrtTensor('float32', x, network.x) });
  const found = await runTraced(traced, { x });
  for (const name of network.outputs ?? ['y']) {
    expect(traced[name].shape, name).toEqual(expected[name].dims);
    const values = expected[name].data as Float32Array;
    values.forEach((value, i) => {
      expect(Math.abs(found[name][i] - value), `${name}[${i}]`).toBeLessThan(
        1e-5 * Math.max(1, Math.abs(value)),
      );
    });
  }
  await session.release();
}
