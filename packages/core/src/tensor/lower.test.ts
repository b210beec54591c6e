import { expect, test } from 'vitest';
import { runTraced } from '../../../../test/check-op.ts';
import { lower } from './lower.ts';
import { add, constant, exp, input, matmul, mul, sin, stopGradient, tanh } from './ops/index.ts';

test('lower: what no output needs never reaches the model', () => {
  const x = input('x', [2, 2]);
  const unused = matmul(exp(input('unused', [2, 2])), constant(new Float32Array(4), [2, 2]));
  expect(unused.shape).toEqual([2, 2]);
  const model = lower({ y: sin(x) }, 'cpu');
  expect(model.nodes.map(({ op }) => op)).toEqual(['Sin']);
  expect(model.inputs.map(({ name }) => name)).toEqual(['x']);
  expect(model.initializers).toEqual([]);
});

test('lower: equal nodes and equal constants are written once', () => {
  const x = input('x', [2]);
  const y = add(mul(tanh(x), constant([1, 2], [2])), mul(tanh(x), constant([1, 2], [2])));
  const model = lower({ y }, 'cpu');
  expect(model.nodes.map(({ op }) => op)).toEqual(['Tanh', 'Mul', 'Add']);
  expect(model.initializers).toHaveLength(1);
});

test('lower: large constants are kept by reference and shared', () => {
  const weights = new Float32Array(100 * 100);
  const x = matmul(input('x', [1, 100]), constant(weights, [100, 100]));
  const model = lower({ y: matmul(x, constant(weights, [100, 100])) }, 'cpu');
  expect(model.initializers).toHaveLength(1);
  expect(model.initializers[0].data).toBe(weights);
});

test('lower: minus zero is another constant than zero', async () => {
  const found = await runTraced({ a: constant([0], [1]), b: constant([-0], [1]) });
  expect([Object.is(found.a[0], 0), Object.is(found.b[0], -0)]).toEqual([true, true]);
});

test('lower: inputs, constants and one value under two names can be outputs', async () => {
  const x = input('x', [1]);
  const y = exp(x);
  const found = await runTraced(
    { same: x, held: stopGradient(x), seven: constant([7], [1]), first: y, second: y, sum: add(y, x) },
    { x: Float32Array.of(0) },
  );
  expect(found).toEqual({ same: [0], held: [0], seven: [7], first: [1], second: [1], sum: [1] });
});

test('lower: names that clash are refused', () => {
  const x = input('x', [1]);
  expect(() => lower({ x: exp(x) }, 'cpu')).toThrow(
    "lower: an output must not bear the name of an input, got 'x'.",
  );
  expect(() => lower({ y: add(x, input('x', [2])) }, 'cpu')).toThrow(
    "lower: inputs of one name must agree, got 'x' as float32 [1] and as float32 [2].",
  );
});
