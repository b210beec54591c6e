import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { createRuntime } from '../runtime/index.ts';
import { constant, gradients, input, mul, square, sub, sum } from '../tensor/index.ts';
import { type AdamOptions, adam } from './adam.ts';

const TARGET = [3, -1];
const CURVATURE = [1, 100];

/** Minimizes Σ c (x - target)² from the origin with the traced step. */
async function minimize(steps: number, options: AdamOptions): Promise<Float32Array> {
  const x = input('x', [2]);
  const loss = sum(mul(constant(CURVATURE, [2]), square(sub(x, constant(TARGET, [2])))));
  const state = { parameter: x, first: input('m', [2]), second: input('v', [2]) };
  const next = adam(state, gradients(loss, [x])[0], input('step', []), options);
  const graph = await createRuntime(ort, { threads: 1 }).compile({ ...next });
  let [at, m, v]: Float32Array[] = [new Float32Array(2), new Float32Array(2), new Float32Array(2)];
  for (let step = 1; step <= steps; step++) {
    const found = await graph.run({ x: at, m, v, step: Float32Array.of(step) });
    [at, m, v] = [found.parameter, found.first, found.second];
  }
  await graph.dispose();
  return at;
}

/** Algorithm 1 of Kingma & Ba, as printed, in float64. */
function reference(steps: number, rate: number, scale: readonly number[]): number[] {
  return TARGET.map((target, i) => {
    let [x, m, v] = [0, 0, 0];
    for (let t = 1; t <= steps; t++) {
      const g = 2 * CURVATURE[i] * (x - target);
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      x -= (rate * scale[i] * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
    }
    return x;
  });
}

test('adam: ten steps agree with the algorithm as printed, each element at its own rate', async () => {
  const scale = [1, 0.25];
  const found = await minimize(10, { learningRate: 0.1, scale: constant(scale, [2]) });
  const expected = reference(10, 0.1, scale);
  for (let i = 0; i < 2; i++) expect(found[i]).toBeCloseTo(expected[i], 4);
});

test('adam: an ill-conditioned bowl is descended to its bottom', async () => {
  const found = await minimize(400, { learningRate: 0.1 });
  expect(found[0]).toBeCloseTo(3, 2);
  expect(found[1]).toBeCloseTo(-1, 2);
});
