import { add, input, mul } from '@ganfit/core/tensor';
import { expect, test } from 'vitest';
import { nodeRuntime } from './runtime.ts';

test('a traced expression runs on Node', async () => {
  const x = input('x', [3]);
  const graph = await nodeRuntime().compile({ y: add(mul(x, x), 1) });
  expect([...(await graph.run({ x: Float32Array.of(1, 2, 3) })).y]).toEqual([2, 5, 10]);
  await graph.dispose();
});
