import { expect, test } from 'vitest';
import { randomStream } from '../../random/index.ts';
import { readModel } from '../read.ts';
import { type TestTensor, tfliteFile } from './build-for-tests.ts';
import { convertTflite } from './convert.ts';

const random = randomStream(5, 'tflite');
const noise = (count: number) => Float32Array.from({ length: count }, () => random.normal());

test('readModel takes either kind of file', () => {
  const bytes = tfliteFile(
    [{ shape: [1, 3] }, { shape: [1, 3] }],
    [{ code: 101, inputs: [0], outputs: [1] }],
  );
  expect(readModel(bytes)).toEqual(convertTflite(bytes));
  expect(readModel(bytes).nodes.map(({ op }) => op)).toEqual(['Abs']);
});

test('quantized weights, unknown operations and damaged files are refused by name', () => {
  const file = (tensor: TestTensor, code: number) =>
    tfliteFile([{ shape: [1, 3] }, tensor, { shape: [1, 3] }], [{ code, inputs: [0, 1], outputs: [2] }]);
  expect(() => convertTflite(file({ shape: [3], type: 9 }, 0))).toThrow(/"t1:1": must hold float32.* type 9/);
  expect(() => convertTflite(file({ shape: [3], data: noise(3) }, 81))).toThrow(
    /known operations, got operation 81/,
  );
  expect(() => convertTflite(file({ shape: [4], data: noise(3) }, 0))).toThrow(
    /16 bytes for its shape \[4\], got 12/,
  );
  const whole = file({ shape: [3], data: noise(3) }, 0);
  for (let length = 0; length < whole.length; length += 7) {
    let refused = '';
    try {
      convertTflite(whole.slice(0, length));
    } catch (error) {
      refused = (error as { code?: string }).code ?? String(error);
    }
    // A cut that only loses padding or weights that nobody needs may pass.
    expect(['format', '']).toContain(refused);
  }
  expect(() => convertTflite(new Uint8Array(100))).toThrow(/identifier TFL3/);
});
