import { expect, test } from 'vitest';
import { runTraced } from '../../../../test/check-op.ts';
import { gradients } from './gradients.ts';
import { lower } from './lower.ts';
import { exp, input, mul, scalar, square, sum } from './ops/index.ts';

test('gradients: mixed second derivatives come out of two nested calls', async () => {
  const [a, b] = [input('a', []), input('b', [])];
  const [first] = gradients(mul(square(a), b), [a]);
  const [aa, ab] = gradients(first, [a, b]);
  const found = await runTraced({ first, aa, ab }, { a: Float32Array.of(3), b: Float32Array.of(5) });
  expect(found).toEqual({ first: [30], aa: [10], ab: [6] });
});

test('gradients: a value used twice collects both parts', async () => {
  const x = input('x', []);
  const y = square(x);
  const { gradient } = await runTraced({ gradient: gradients(mul(y, y), [x])[0] }, { x: Float32Array.of(2) });
  expect(gradient).toEqual([32]);
});

test('gradients: zeros where nothing depends, one for the loss itself', async () => {
  const [x, y] = [input('x', []), input('y', [2])];
  const [none, self] = gradients(x, [y, x]);
  expect(await runTraced({ none, self })).toEqual({ none: [0, 0], self: [1] });
});

test('gradients: an intermediate tensor may be asked for', async () => {
  const x = input('x', [2]);
  const middle = exp(x);
  const [gradient] = gradients(sum(square(middle)), [middle]);
  expect((await runTraced({ gradient }, { x: Float32Array.of(0, 0) })).gradient).toEqual([2, 2]);
});

test('gradients: paths that do not lead to what is asked are not traced', () => {
  const [x, y] = [input('x', [3]), input('y', [3])];
  const [gradient] = gradients(sum(mul(x, exp(y))), [x]);
  // Only exp(y) is left: no cotangent of y, no product of the forward pass.
  expect(lower({ gradient }, 'cpu').nodes.map(({ op }) => op)).toEqual(['Exp']);
});

test('gradients: a chain deeper than the call stack', async () => {
  let y = scalar(1) as ReturnType<typeof square>;
  const x = input('x', []);
  for (let i = 0; i < 20_000; i++) y = mul(y, x);
  expect(lower({ g: gradients(y, [x])[0] }, 'cpu').nodes.length).toBeGreaterThan(20_000);
});

test('gradients: the loss must be one number', () => {
  expect(() => gradients(input('x', [2]), [])).toThrow(
    'gradients: the loss must be one float32 of shape [], got float32 [2]. Sum it first.',
  );
});
