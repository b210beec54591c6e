import { describe, expect, test } from 'vitest';
import { runTraced } from '../../../../test/check-op.ts';
import {
  fileOf,
  improvedResidualBlock,
  type Network,
  node,
  normal,
  weights,
  whole,
  y,
} from '../../../../test/network-file.ts';
import { GanfitError } from '../error.ts';
import type { OnnxTensor } from '../onnx/index.ts';
import { importOnnx } from './import.ts';
import { lower } from './lower.ts';
import { string } from './op.ts';
import { input } from './ops/index.ts';

function errorOf(run: () => unknown): GanfitError {
  try {
    run();
  } catch (error) {
    if (error instanceof GanfitError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('a file for one picture takes a batch', async () => {
  const network: Network = {
    x: [1, 2, 3, 3],
    nodes: [
      node('Conv', ['x', 'w'], ['c']),
      node('Reshape', ['c', 'one'], ['flat']),
      node('Gemm', ['flat', 'dense'], ['y']),
    ],
    constants: [weights('w', [4, 2, 3, 3]), whole('one', [1, -1]), weights('dense', [4, 3])],
  };
  const bytes = fileOf(network);
  const x = normal(36);
  const single = importOnnx(bytes, { x: input('x', [1, 2, 3, 3]) });
  const double = importOnnx(bytes, { x: input('x', [2, 2, 3, 3]) });
  expect(double.y.shape).toEqual([2, 3]);
  const { y: both } = await runTraced(double, { x });
  const { y: first } = await runTraced(single, { x: x.slice(0, 18) });
  const { y: second } = await runTraced(single, { x: x.slice(18) });
  const rounded = (values: ArrayLike<number>) => Array.from(values, (value) => value.toFixed(4));
  expect(rounded(both)).toEqual([...rounded(first), ...rounded(second)]);
});

test('a residual block in half precision is the same network with rounded weights', async () => {
  const network = improvedResidualBlock();
  // Sixteenths below 2 are exact in half precision: sign, exponent of the leading bit, rest.
  const halves = network.constants!.map((tensor) => {
    const sixteenths = Array.from(tensor.data as Float32Array, (value) =>
      Math.max(Math.min(Math.round(Math.abs(value) * 16), 31), 1),
    );
    const bits = sixteenths.map((count) => {
      const exponent = Math.floor(Math.log2(count));
      return ((exponent - 4 + 15) << 10) | ((count - 2 ** exponent) << (10 - exponent));
    });
    return {
      half: { ...tensor, dtype: 'float16' as const, data: Uint16Array.from(bits) },
      rounded: { ...tensor, data: Float32Array.from(sixteenths, (count) => count / 16) },
    };
  });
  const feeds = { x: normal(288) };
  const traced = (constants: readonly OnnxTensor[]) =>
    importOnnx(fileOf({ ...network, constants }), { x: input('x', network.x) });
  const found = await runTraced(traced(halves.map(({ half }) => half)), feeds);
  expect(found).toEqual(await runTraced(traced(halves.map(({ rounded }) => rounded)), feeds));
  expect(found.y).toHaveLength(8);
});

test('batch normalization behind a convolution costs nothing', () => {
  const network = improvedResidualBlock();
  const traced = importOnnx(fileOf(network), { x: input('x', network.x) });
  const multiplications = lower(traced, 'cpu').nodes.filter(({ op }) => op === 'Mul');
  // The first normalization, the last one and the slopes of the activation.
  expect(multiplications).toHaveLength(3);
});

test('weights of half and double precision become float32, tiny ones zero', async () => {
  const bytes = fileOf({
    x: [3],
    nodes: [node('Mul', ['x', 'half'], ['p']), node('Add', ['p', 'double'], ['y'])],
    constants: [
      { name: 'half', dtype: 'float16', shape: [3], data: Uint16Array.of(0x3c00, 0xc000, 0x3800) },
      { name: 'double', dtype: 'float64', shape: [3], data: Float64Array.of(0.25, 1e-16, -1e-40) },
    ],
  });
  const { y: found } = await runTraced(importOnnx(bytes, { x: input('x', [3]) }), {
    x: Float32Array.of(2, 0, 0),
  });
  expect(found).toEqual([2.25, 0, 0]);
});

test('taps are given beside the outputs; what nobody wants is not read', async () => {
  const bytes = fileOf({
    x: [2],
    nodes: [node('Neg', ['x'], ['inner']), node('Exp', ['inner'], ['y']), node('Unheard', ['x'], ['unused'])],
  });
  const traced = importOnnx(bytes, { x: input('x', [2]) }, { taps: ['inner'] });
  expect(Object.keys(traced)).toEqual(['y', 'inner']);
  expect((await runTraced(traced, { x: Float32Array.of(1, -2) })).inner).toEqual([-1, 2]);
});

describe('errors', () => {
  const x = input('x', [2]);
  const bytes = fileOf({ x: [2], nodes: [{ ...node('Unheard', ['x'], ['y']), name: 'layer7' }] });

  test('an unknown operation is named with its node', () => {
    const error = errorOf(() => importOnnx(bytes, { x }));
    expect(error.code).toBe('format');
    expect(error.message).toMatch(/Unheard node "layer7"/);
  });

  test('shapes that do not fit name the node', () => {
    const wrong = fileOf({ x: [2], nodes: y('Add', ['x', 'w']), constants: [weights('w', [3])] });
    expect(errorOf(() => importOnnx(wrong, { x })).message).toMatch(/Add node "y".*\[2\] and \[3\]/);
  });

  test('inputs, taps and versions', () => {
    const good = fileOf({ x: [2, 3], nodes: y('Neg', ['x']) });
    expect(errorOf(() => importOnnx(good, {})).message).toMatch(/"x" must be \[2,3\].*nothing/);
    expect(errorOf(() => importOnnx(good, { x: input('x', [2, 4]) })).message).toContain('[2,4]');
    const tap = errorOf(() => importOnnx(good, { x: input('x', [2, 3]) }, { taps: ['none'] }));
    expect(tap.message).toContain('"none"');
    const old = fileOf({ x: [2], opset: 6, nodes: y('Neg', ['x']) });
    expect(errorOf(() => importOnnx(old, { x })).message).toContain('got 6');
  });

  test('padding by reflection is refused, not read as zeros', () => {
    const reflect = fileOf({
      x: [4],
      nodes: y('Pad', ['x', 'p'], { mode: string('reflect') }),
      constants: [whole('p', [1, 1])],
    });
    expect(errorOf(() => importOnnx(reflect, { x: input('x', [4]) })).message).toMatch(
      /constant, got reflect/,
    );
  });
});
