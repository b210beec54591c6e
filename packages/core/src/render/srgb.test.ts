import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { linearToSrgb, srgbToLinear } from '../image/color.ts';
import { createRuntime } from '../runtime/index.ts';
import { gradients, input, sum } from '../tensor/index.ts';
import { CLAMP_SLOPE, traceSrgbDecoding, traceSrgbEncoding } from './srgb.ts';

const runtime = createRuntime(ort, { executionProviders: ['cpu'], threads: 2 });
const x = input('x', [6]);

test('light is encoded as by the plain formula, with a small slope beyond the ends and none that is infinite', async () => {
  const encoded = traceSrgbEncoding(x);
  const graph = await runtime.compile({ encoded, slope: gradients(sum(encoded), [x])[0] });
  const values = [-0.5, 0, 0.001, 0.2, 1, 2];
  const result = await graph.run({ x: Float32Array.from(values) });
  await graph.dispose();
  const expected = [-0.5 * CLAMP_SLOPE, 0, ...[0.001, 0.2, 1].map(linearToSrgb), 1 + CLAMP_SLOPE];
  expected.forEach((value, i) => {
    expect(result.encoded[i]).toBeCloseTo(value, 5);
  });
  const slopes = [CLAMP_SLOPE, 12.92, 12.92, (1.055 / 2.4) * 0.2 ** (1 / 2.4 - 1), 1.055 / 2.4, CLAMP_SLOPE];
  slopes.forEach((value, i) => {
    expect(result.slope[i]).toBeCloseTo(value, 4);
  });
});

test('decoding is the plain formula, clamped', async () => {
  const graph = await runtime.compile({ decoded: traceSrgbDecoding(x) });
  const { decoded } = await graph.run({ x: Float32Array.of(-1, 0, 0.03, 0.5, 1, 3) });
  await graph.dispose();
  [0, 0, srgbToLinear(0.03), srgbToLinear(0.5), 1, 1].forEach((value, i) => {
    expect(decoded[i]).toBeCloseTo(value, 6);
  });
});
