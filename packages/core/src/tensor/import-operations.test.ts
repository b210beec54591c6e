import { describe, test } from 'vitest';
import {
  expectAsTheRuntime,
  improvedResidualBlock,
  type Network,
  node,
  normalize,
  statistics,
  weights,
  whole,
  y,
} from '../../../../test/network-file.ts';
import { float, int, ints, string } from './op.ts';

const image = [2, 4, 7, 6];

describe('every operation gives what the runtime gives', () => {
  const cases: Readonly<Record<string, Network>> = {
    'Conv with stride, dilation and bias': {
      x: image,
      nodes: y('Conv', ['x', 'w', 'b'], {
        strides: ints([2, 1]),
        dilations: ints([1, 2]),
        pads: ints([1, 0, 2, 1]),
      }),
      constants: [weights('w', [5, 4, 3, 2]), weights('b', [5])],
    },
    'Conv in groups, padded automatically': {
      x: image,
      nodes: y('Conv', ['x', 'w'], { strides: ints([2, 2]), group: int(2), auto_pad: string('SAME_UPPER') }),
      constants: [weights('w', [6, 2, 3, 3])],
    },
    'Conv padded at the lower end': {
      x: image,
      nodes: y('Conv', ['x', 'w'], { strides: ints([2, 2]), auto_pad: string('SAME_LOWER') }),
      constants: [weights('w', [6, 4, 2, 2])],
    },
    ConvTranspose: {
      x: image,
      nodes: y('ConvTranspose', ['x', 'w', 'b'], {
        strides: ints([2, 2]),
        pads: ints([1, 1, 1, 1]),
        output_padding: ints([1, 1]),
      }),
      constants: [weights('w', [4, 3, 3, 3]), weights('b', [3])],
    },
    'PRelu with one slope for each channel': {
      x: image,
      nodes: y('PRelu', ['x', 's'], {}),
      constants: [weights('s', [4, 1, 1])],
    },
    BatchNormalization: {
      x: image,
      nodes: y('BatchNormalization', ['x', 's', 'b', 'm', 'v'], { epsilon: float(1e-3) }),
      constants: [
        weights('s', [4]),
        weights('b', [4]),
        weights('m', [4]),
        weights('v', [4], Float32Array.of(0.5, 1, 2, 0.1)),
      ],
    },
    'BatchNormalization behind a convolution that something else reads': {
      x: image,
      nodes: [node('Conv', ['x', 'w'], ['c']), normalize('n', 'c', 'd'), ...y('Add', ['c', 'd'])],
      constants: [weights('w', [4, 4, 3, 3]), ...statistics('n')],
    },
    'a block of an improved residual network': improvedResidualBlock(),
    InstanceNormalization: {
      x: image,
      nodes: y('InstanceNormalization', ['x', 's', 'b']),
      constants: [weights('s', [4]), weights('b', [4])],
    },
    'Gemm with both transposed': {
      x: [3, 2],
      nodes: y('Gemm', ['x', 'w', 'b'], {
        transA: int(1),
        transB: int(1),
        alpha: float(0.5),
        beta: float(2),
      }),
      constants: [weights('w', [5, 3]), weights('b', [5])],
    },
    MatMul: { x: [2, 3, 4], nodes: y('MatMul', ['x', 'w']), constants: [weights('w', [4, 5])] },
    'MaxPool, borders and rounding up': {
      x: image,
      nodes: y('MaxPool', ['x'], {
        kernel_shape: ints([3, 3]),
        strides: ints([2, 2]),
        pads: ints([1, 1, 1, 1]),
        ceil_mode: int(1),
      }),
    },
    'AveragePool without its borders': {
      x: image,
      nodes: y('AveragePool', ['x'], {
        kernel_shape: ints([3, 2]),
        strides: ints([2, 2]),
        pads: ints([1, 1, 1, 1]),
      }),
    },
    'AveragePool with its borders, rounding up': {
      x: image,
      nodes: y('AveragePool', ['x'], {
        kernel_shape: ints([3, 3]),
        strides: ints([2, 2]),
        pads: ints([1, 1, 0, 0]),
        count_include_pad: int(1),
        ceil_mode: int(1),
      }),
    },
    GlobalAveragePool: { x: image, nodes: y('GlobalAveragePool', ['x']) },
    GlobalMaxPool: { x: image, nodes: y('GlobalMaxPool', ['x']) },
    LpNormalization: { x: [2, 5], nodes: y('LpNormalization', ['x'], { axis: int(1), p: int(2) }) },
    'Softmax over one axis': { x: [2, 3, 4], nodes: y('Softmax', ['x'], { axis: int(1) }) },
    'Softmax over the rest, as it was': {
      x: [2, 3, 4],
      opset: 9,
      nodes: y('Softmax', ['x'], { axis: int(1) }),
    },
    'Resize to nearest by sizes': {
      x: image,
      nodes: y('Resize', ['x', '', '', 'sizes'], { mode: string('nearest') }),
      constants: [whole('sizes', [2, 4, 14, 12])],
    },
    'Resize bilinear by scales': {
      x: image,
      nodes: y('Resize', ['x', '', 'scales'], { mode: string('linear') }),
      constants: [weights('scales', [4], Float32Array.of(1, 1, 2, 1.5))],
    },
    'Upsample, opset 9': {
      x: image,
      opset: 9,
      nodes: y('Upsample', ['x', 'scales'], { mode: string('nearest') }),
      constants: [weights('scales', [4], Float32Array.of(1, 1, 2, 2))],
    },
    'Clip with limits as attributes': {
      x: [9],
      opset: 9,
      nodes: y('Clip', ['x'], { min: float(-0.5), max: float(0.25) }),
    },
    'Clip with one limit as an input': {
      x: [9],
      nodes: y('Clip', ['x', '', 'top']),
      constants: [weights('top', [], Float32Array.of(0.5))],
    },
    'Flatten in the middle': { x: [2, 3, 4, 5], nodes: y('Flatten', ['x'], { axis: int(2) }) },
    'Reshape with a copied and an open size': {
      x: [2, 3, 4],
      nodes: y('Reshape', ['x', 's']),
      constants: [whole('s', [0, -1])],
    },
    'Slice by attributes, to the end': {
      x: [4, 6],
      opset: 9,
      nodes: y('Slice', ['x'], { starts: ints([1, -3]), ends: ints([4, 2 ** 63]), axes: ints([0, 1]) }),
    },
    'Slice by inputs, backwards': {
      x: [4, 6],
      nodes: y('Slice', ['x', 'from', 'to', 'axes', 'steps']),
      constants: [whole('from', [5]), whole('to', [-100]), whole('axes', [1]), whole('steps', [-2])],
    },
    'Pad on chosen axes': {
      x: [2, 3],
      nodes: y('Pad', ['x', 'p', 'v', 'a']),
      constants: [whole('p', [1, 2]), weights('v', [], Float32Array.of(7)), whole('a', [-1])],
    },
    'Pad by attributes': {
      x: [2, 3],
      opset: 9,
      nodes: y('Pad', ['x'], { pads: ints([1, 0, 0, 2]), value: float(3) }),
    },
    'Split in uneven parts': {
      x: [2, 5],
      outputs: ['y', 'z'],
      nodes: [node('Split', ['x', 's'], ['y', 'z'], { axis: int(1) })],
      constants: [whole('s', [2, 3])],
    },
    'Transpose without a permutation': { x: [2, 3, 4], nodes: y('Transpose', ['x']) },
    'Concat from the end': { x: [2, 3], nodes: y('Concat', ['x', 'x'], { axis: int(-1) }) },
    Expand: { x: [3, 1], nodes: y('Expand', ['x', 's']), constants: [whole('s', [2, 1, 4])] },
    Tile: { x: [2, 3], nodes: y('Tile', ['x', 'r']), constants: [whole('r', [2, 3])] },
    Gather: {
      x: [4, 3],
      nodes: y('Gather', ['x', 'i'], { axis: int(0) }),
      constants: [whole('i', [3, 0, 3])],
    },
    'ReduceMean by attribute': {
      x: [2, 3, 4],
      opset: 9,
      nodes: y('ReduceMean', ['x'], { axes: ints([0, 2]), keepdims: int(0) }),
    },
    'ReduceSum by input': { x: [2, 3, 4], nodes: y('ReduceSum', ['x', 'a']), constants: [whole('a', [-1])] },
    ReduceL2: { x: [2, 3, 4], nodes: y('ReduceL2', ['x', 'a']), constants: [whole('a', [1])] },
    'ReduceMax and ReduceMin over everything': {
      x: [2, 3, 4],
      outputs: ['y', 'z'],
      nodes: [node('ReduceMax', ['x'], ['y']), node('ReduceMin', ['x'], ['z'], { keepdims: int(0) })],
    },
    'Squeeze and Unsqueeze': {
      x: [2, 1, 3],
      nodes: [node('Squeeze', ['x', 'one'], ['s']), ...y('Unsqueeze', ['s', 'zero'])],
      constants: [whole('one', [1]), whole('zero', [0])],
    },
    'Max and Sum of three': {
      x: [2, 3],
      nodes: [node('Max', ['x', 'a', 'b'], ['m']), ...y('Sum', ['m', 'x', 'b'])],
      constants: [weights('a', [3]), weights('b', [2, 1])],
    },
    'Where, Greater, Not': {
      x: [2, 3],
      nodes: [
        node('Greater', ['x', 'a'], ['more']),
        node('Not', ['more'], ['less']),
        ...y('Where', ['less', 'x', 'a']),
      ],
      constants: [weights('a', [3])],
    },
    'activations, one after the other': {
      x: [20],
      nodes: [
        node('LeakyRelu', ['x'], ['a'], { alpha: float(0.3) }),
        node('Elu', ['a'], ['b']),
        node('HardSwish', ['b'], ['c']),
        node('Softplus', ['c'], ['d']),
        node('HardSigmoid', ['d'], ['e']),
        node('Sigmoid', ['e'], ['f']),
        ...y('Tanh', ['f']),
      ],
    },
    'square, root, power, logarithm': {
      x: [20],
      nodes: [
        node('Abs', ['x'], ['a']),
        node('Pow', ['a', 'three'], ['p']),
        node('Add', ['p', 'three'], ['q']),
        node('Sqrt', ['q'], ['r']),
        node('Log', ['r'], ['l']),
        ...y('Reciprocal', ['l']),
      ],
      constants: [weights('three', [], Float32Array.of(3))],
    },
    'a shape computed from a shape': {
      x: [2, 3, 4],
      opset: 9,
      nodes: [
        node('Shape', ['x'], ['shape']),
        node('Constant', [], ['zero'], {
          value: {
            kind: 'tensor',
            value: { name: '', dtype: 'int64', shape: [], data: BigInt64Array.of(0n) },
          },
        }),
        node('Gather', ['shape', 'zero'], ['n']),
        node('Unsqueeze', ['n'], ['rows'], { axes: ints([0]) }),
        node('Concat', ['rows', 'rest'], ['target'], { axis: int(0) }),
        node('Reshape', ['x', 'target'], ['flat']),
        node('Slice', ['shape'], ['tail'], { starts: ints([1]), ends: ints([3]), axes: ints([0]) }),
        node('Cast', ['tail'], ['real'], { to: int(1) }),
        node('Mul', ['real', 'half'], ['scaled']),
        node('Floor', ['scaled'], ['floored']),
        node('Cast', ['floored'], ['integer'], { to: int(7) }),
        node('ConstantOfShape', ['integer'], ['ones'], {
          value: {
            kind: 'tensor',
            value: { name: '', dtype: 'float32', shape: [1], data: Float32Array.of(1.5) },
          },
        }),
        node('Concat', ['flat', 'ones'], ['y'], { axis: int(1) }),
      ],
      // [2, 12] beside ones [2, 2], since half of [3, 4] is [1.5, 2] and 4/3 of 1.5 is 2.
      constants: [whole('rest', [-1]), weights('half', [2], Float32Array.of(0.7, 0.5))],
    },
  };
  test.for(Object.entries(cases))('%s', async ([, network]) => {
    await expectAsTheRuntime(network);
  });
});
