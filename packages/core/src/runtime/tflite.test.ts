import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { type TestOperator, type TestTensor, tfliteFile } from '../onnx/tflite/build-for-tests.ts';
import { randomStream } from '../random/index.ts';
import { createRuntime } from './index.ts';

const runtime = createRuntime(ort, { executionProviders: ['cpu'], threads: 1 });
const random = randomStream(5, 'tflite');
const noise = (...shape: number[]): Float32Array =>
  Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal());

/** Runs a converted file on an input in the file's own order and gives its output in the file's own order. */
async function run(tensors: readonly TestTensor[], operators: readonly TestOperator[], x: Float32Array) {
  const bytes = tfliteFile(tensors, operators);
  const network = await runtime.load(bytes);
  const { shape } = tensors[0];
  const picture = shape.length === 4 ? moved(x, shape, [0, 3, 1, 2]) : { data: x, shape };
  const outputs = await network.run({ [network.inputs[0].name]: picture });
  await network.dispose();
  const { data, shape: found } = Object.values(outputs)[0];
  return found.length === 4 ? moved(data, found, [0, 2, 3, 1]).data : data;
}

function moved(data: Float32Array, shape: readonly number[], order: readonly number[]) {
  const to = order.map((axis) => shape[axis]);
  const result = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    let rest = i;
    const at = shape.map(() => 0);
    for (let axis = 3; axis >= 0; axis--) {
      at[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    const [a, b, c, d] = order.map((axis) => at[axis]);
    result[((a * to[1] + b) * to[2] + c) * to[3] + d] = data[i];
  }
  return { data: result, shape: to };
}

/** Convolution as TensorFlow defines it, straight from the sum: SAME padding, weights `[O, H, W, I]`. */
function convolved(
  x: Float32Array,
  [height, width, from]: readonly number[],
  w: Float32Array,
  [to, kh, kw]: readonly number[],
  stride: number,
) {
  const [oh, ow] = [Math.ceil(height / stride), Math.ceil(width / stride)];
  const before = (length: number, out: number, kernel: number) =>
    Math.floor(Math.max(0, (out - 1) * stride + kernel - length) / 2);
  const [top, left] = [before(height, oh, kh), before(width, ow, kw)];
  const out = new Float32Array(oh * ow * to);
  for (let y = 0; y < oh; y++)
    for (let z = 0; z < ow; z++)
      for (let o = 0; o < to; o++)
        for (let i = 0; i < kh; i++)
          for (let j = 0; j < kw; j++) {
            const [row, column] = [y * stride + i - top, z * stride + j - left];
            if (row < 0 || column < 0 || row >= height || column >= width) continue;
            for (let c = 0; c < from; c++)
              out[(y * ow + z) * to + o] +=
                x[(row * width + column) * from + c] * w[((o * kh + i) * kw + j) * from + c];
          }
  return out;
}

const close = (found: Float32Array, wanted: Float32Array) => {
  expect(found.length).toBe(wanted.length);
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i], 4);
  });
};

describe('networks of TensorFlow Lite give what their own definitions say', () => {
  test('convolution: SAME padding that is not symmetric, bias, fused relu6, as the sum says', async () => {
    const [x, w, b] = [noise(1, 6, 5, 3), noise(4, 3, 3, 3), noise(4)];
    const found = await run(
      [
        { shape: [1, 6, 5, 3] },
        { shape: [4, 3, 3, 3], data: w },
        { shape: [4], data: b },
        { shape: [1, 3, 3, 4] },
      ],
      [
        {
          code: 3,
          inputs: [0, 1, 2],
          outputs: [3],
          options: [{ byte: 0 }, { int: 2 }, { int: 2 }, { byte: 3 }],
        },
      ],
      x,
    );
    const plain = convolved(x, [6, 5, 3], w, [4, 3, 3], 2);
    close(
      found,
      plain.map((value, i) => Math.min(6, Math.max(0, value + b[i % 4]))),
    );
  });

  test('float16 weights are widened, depthwise convolution and PReLU keep their channels', async () => {
    const x = noise(1, 4, 4, 2);
    // 1, 2, -0.5, 0.25 as halves; a kernel of one row and two columns for two channels.
    const halves = Uint16Array.of(0x3c00, 0x4000, 0xb800, 0x3400);
    const found = await run(
      [
        { shape: [1, 4, 4, 2] },
        { shape: [1, 1, 2, 2], type: 1, data: halves },
        { shape: [1, 1, 2, 2] },
        { shape: [1, 4, 4, 2] },
        { shape: [1, 1, 2], data: Float32Array.of(0.1, 0.7) },
        { shape: [1, 4, 4, 2] },
      ],
      [
        { code: 6, inputs: [1], outputs: [2] },
        {
          code: 4,
          inputs: [0, 2, -1],
          outputs: [3],
          options: [{ byte: 0 }, { int: 1 }, { int: 1 }, { int: 1 }],
        },
        { code: 54, inputs: [3, 4], outputs: [5] },
      ],
      x,
    );
    const wanted = x.map((value, i) => {
      const [channel, column] = [i % 2, Math.floor(i / 2) % 4];
      const next = column < 3 ? x[i + 2] : 0;
      const sum = value * [1, 2][channel] + next * [-0.5, 0.25][channel];
      return sum > 0 ? sum : sum * [0.1, 0.7][channel];
    });
    close(found, wanted);
  });

  test('transposed convolution is the transpose of the convolution', async () => {
    const w = noise(2, 3, 3, 4);
    const tensors = (weights: Float32Array): TestTensor[] => [
      { shape: [1, 3, 3, 4] },
      { shape: [2, 3, 3, 4], data: weights },
      { shape: [2], data: new Float32Array(2) },
      { shape: [1, 6, 5, 2] },
    ];
    const [x, y] = [noise(1, 6, 5, 2), noise(1, 3, 3, 4)];
    const back = await run(
      tensors(w),
      [
        {
          code: 'Convolution2DTransposeBias',
          inputs: [0, 1, 2],
          outputs: [3],
          custom: Int32Array.of(1, 2, 2),
        },
      ],
      y,
    );
    const swapped = new Float32Array(w.length);
    for (let o = 0; o < 2; o++)
      for (let k = 0; k < 9; k++)
        for (let i = 0; i < 4; i++) swapped[(i * 9 + k) * 2 + o] = w[(o * 9 + k) * 4 + i];
    const forth = convolved(x, [6, 5, 2], swapped, [4, 3, 3], 2);
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
    expect(dot(forth, y)).toBeCloseTo(dot(x, back), 3);
    // The built-in operation takes its inputs in another order.
    const builtIn = await run(
      [tensors(w)[0], { shape: [4], type: 2, data: Int32Array.of(1, 6, 5, 2) }, tensors(w)[1], tensors(w)[3]],
      [{ code: 67, inputs: [1, 2, 0], outputs: [3], options: [{ byte: 0 }, { int: 2 }, { int: 2 }] }],
      y,
    );
    close(builtIn, back);
  });

  test('pad, pooling, concatenation, constants that broadcast, and reshapes count as the file does', async () => {
    const x = noise(1, 2, 3, 2);
    const found = await run(
      [
        { shape: [1, 2, 3, 2] },
        { shape: [4, 2], type: 2, data: Int32Array.of(0, 0, 0, 0, 0, 1, 0, 1) },
        { shape: [1, 2, 4, 3] },
        { shape: [3], data: Float32Array.of(10, 20, 30) },
        { shape: [1, 2, 4, 3] },
        { shape: [1, 1, 2, 3] },
        { shape: [1, 1, 4, 3] },
        { shape: [1, 12] },
      ],
      [
        { code: 34, inputs: [0, 1], outputs: [2] },
        { code: 0, inputs: [2, 3], outputs: [4], options: [{ byte: 0 }] },
        {
          code: 17,
          inputs: [4],
          outputs: [5],
          options: [{ byte: 1 }, { int: 2 }, { int: 2 }, { int: 2 }, { int: 2 }],
        },
        { code: 2, inputs: [5, 5], outputs: [6], options: [{ int: -2 }, { byte: 0 }] },
        { code: 22, inputs: [6], outputs: [7] },
      ],
      x,
    );
    const at = (row: number, column: number, c: number) =>
      (column < 3 && c < 2 ? x[(row * 3 + column) * 2 + c] : 0) + [10, 20, 30][c];
    const pooled = [0, 2].flatMap((column) =>
      [0, 1, 2].map((c) =>
        Math.max(at(0, column, c), at(1, column, c), at(0, column + 1, c), at(1, column + 1, c)),
      ),
    );
    close(found, Float32Array.from([...pooled, ...pooled]));
  });

  test.each([
    ['half_pixel', [undefined, undefined, { byte: 0 }, { byte: 1 }], [0, 0.5, 1.5, 2]],
    ['align_corners', [undefined, undefined, { byte: 1 }, { byte: 0 }], [0, 2 / 3, 4 / 3, 2]],
    ['asymmetric', [undefined, undefined, { byte: 0 }, { byte: 0 }], [0, 1, 2, 2]],
  ])('bilinear resize: %s', async (_mode, options, wanted) => {
    const found = await run(
      [{ shape: [1, 1, 2, 1] }, { shape: [2], type: 2, data: Int32Array.of(1, 4) }, { shape: [1, 1, 4, 1] }],
      [{ code: 23, inputs: [0, 1], outputs: [2], options }],
      Float32Array.of(0, 2),
    );
    close(found, Float32Array.from(wanted));
  });

  test('a fully connected layer reads a picture in the order of the file; the mean goes over pixels', async () => {
    const [x, w] = [noise(1, 2, 2, 3), noise(2, 12)];
    const found = await run(
      [{ shape: [1, 2, 2, 3] }, { shape: [2, 12], data: w }, { shape: [1, 2] }],
      [{ code: 9, inputs: [0, 1, -1], outputs: [2], options: [{ byte: 0 }] }],
      x,
    );
    close(
      found,
      Float32Array.from([0, 1], (o) => x.reduce((sum, value, i) => sum + value * w[12 * o + i], 0)),
    );
    const mean = await run(
      [{ shape: [1, 2, 2, 3] }, { shape: [2], type: 2, data: Int32Array.of(1, 2) }, { shape: [1, 3] }],
      [{ code: 40, inputs: [0, 1], outputs: [2], options: [{ byte: 0 }] }],
      x,
    );
    close(
      mean,
      Float32Array.from([0, 1, 2], (c) => (x[c] + x[3 + c] + x[6 + c] + x[9 + c]) / 4),
    );
  });
});
