import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { GanfitError } from '../error.ts';
import { type OnnxModel, readModel, writeModel } from './index.ts';

/** y = x W + b, with every kind of attribute and tensor on a node that the round trip must keep. */
const affine: OnnxModel = {
  opset: 20,
  inputs: [{ name: 'x', dtype: 'float32', shape: ['n', 2] }],
  outputs: [{ name: 'y', dtype: 'float32', shape: ['n', 3] }],
  initializers: [
    { name: 'W', dtype: 'float32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    { name: 'b', dtype: 'float32', shape: [3], data: Float32Array.of(10, 20, 30) },
  ],
  nodes: [
    { op: 'MatMul', name: 'product', inputs: ['x', 'W'], outputs: ['p'], attributes: {} },
    { op: 'Add', inputs: ['p', 'b'], outputs: ['y'], attributes: {} },
  ],
};

function errorOf(run: () => unknown): GanfitError {
  try {
    run();
  } catch (error) {
    if (error instanceof GanfitError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('the runtime runs what writeModel wrote', async () => {
  const session = await InferenceSession.create(writeModel(affine), { executionProviders: ['cpu'] });
  const { y } = await session.run({ x: new Tensor('float32', [1, 1, 0, 2], [2, 2]) });
  expect([...(y.data as Float32Array)]).toEqual([15, 27, 39, 18, 30, 42]);
});

test('a model survives writing and reading', () => {
  expect(readModel(writeModel(affine))).toEqual(affine);
});

test('every dtype, attribute kind and domain survives', () => {
  const model: OnnxModel = {
    opset: 17,
    inputs: [{ name: 'i', dtype: 'int64', shape: [] }],
    outputs: [{ name: 'o', dtype: 'bool', shape: [1, '?'] }],
    initializers: [
      { name: 'f64', dtype: 'float64', shape: [2], data: Float64Array.of(Math.PI, -0) },
      { name: 'i32', dtype: 'int32', shape: [1, 2], data: Int32Array.of(-7, 2 ** 31 - 1) },
      { name: 'i64', dtype: 'int64', shape: [2], data: BigInt64Array.of(-1n, 2n ** 63n - 1n) },
      { name: 'u8', dtype: 'uint8', shape: [3], data: Uint8Array.of(0, 1, 255) },
      { name: 'i8', dtype: 'int8', shape: [], data: Int8Array.of(-128) },
      { name: 'bool', dtype: 'bool', shape: [2], data: Uint8Array.of(0, 1) },
      { name: 'f16', dtype: 'float16', shape: [1], data: Uint16Array.of(0x3c00) },
      { name: 'empty', dtype: 'int64', shape: [0], data: new BigInt64Array(0) },
    ],
    nodes: [
      {
        op: 'Made',
        domain: 'com.example',
        inputs: ['i', '', 'f64'],
        outputs: ['o'],
        attributes: {
          int: { kind: 'int', value: -3 },
          ints: { kind: 'ints', value: [1, 0, -1] },
          float: { kind: 'float', value: 0.5 },
          floats: { kind: 'floats', value: [0.25, -2] },
          string: { kind: 'string', value: 'SAME_UPPER' },
          tensor: {
            kind: 'tensor',
            value: { name: '', dtype: 'float32', shape: [1], data: Float32Array.of(4) },
          },
        },
      },
    ],
  };
  expect(readModel(writeModel(model))).toEqual(model);
});

test('weights of any size and alignment survive, also as a slice of a larger buffer', () => {
  fc.assert(
    fc.property(
      fc.array(fc.float32Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 5 }),
      fc.nat({ max: 7 }),
      (arrays, shift) => {
        const initializers = arrays.map((data, index) => ({
          name: 'w'.repeat(index + 1),
          dtype: 'float32' as const,
          shape: [data.length],
          data,
        }));
        const bytes = writeModel({ ...affine, initializers });
        const shifted = new Uint8Array(bytes.length + shift);
        shifted.set(bytes, shift);
        expect(readModel(shifted.subarray(shift)).initializers).toEqual(initializers);
      },
    ),
    { seed: 1, numRuns: 50 },
  );
});

test('weights that lie well in the file are read without a copy, others with one', () => {
  const data = Float32Array.from({ length: 1000 }, (_, i) => i);
  const bytes = writeModel({
    ...affine,
    initializers: [{ name: 'w', dtype: 'float32', shape: [1000], data }],
  });
  // The weights stand at the very end of the file; shifted by 0 to 3 bytes they lie well exactly once.
  const shared = [0, 1, 2, 3].map((shift) => {
    const file = new Uint8Array(bytes.length + shift);
    file.set(bytes, shift);
    const [tensor] = readModel(file.subarray(shift)).initializers;
    expect(tensor.data).toEqual(data);
    return tensor.data.buffer === file.buffer;
  });
  expect(shared.filter(Boolean)).toHaveLength(1);
});

test('the end-of-axis limit of int64 survives as an attribute', () => {
  const nodes = [
    {
      ...affine.nodes[0],
      attributes: { ends: { kind: 'ints' as const, value: [Number(2n ** 63n - 1n)] } },
    },
  ];
  expect(readModel(writeModel({ ...affine, nodes })).nodes).toEqual(nodes);
});

describe('bad files', () => {
  test('a broken file gives the byte', () => {
    const whole = writeModel(affine);
    const error = errorOf(() => readModel(whole.subarray(0, whole.length - 5)));
    expect(error.code).toBe('format');
    const byte = Number(error.message.match(/near byte (\d+)/)?.[1]);
    // The last field of the file is b's tensor, which starts 20 to 40 bytes before the end.
    expect(byte).toBeGreaterThan(whole.length - 40);
    expect(byte).toBeLessThan(whole.length - 15);
  });

  test('any prefix of a file is refused or read, never a foreign error', () => {
    const whole = writeModel(affine);
    for (let length = 0; length < whole.length; length++) {
      expect(errorOf(() => readModel(whole.subarray(0, length))).code).toBe('format');
    }
  });

  test('something else is refused', () => {
    expect(errorOf(() => readModel(new Uint8Array(0))).message).toContain('no graph');
    expect(errorOf(() => readModel(new TextEncoder().encode('<html>Not found</html>'))).code).toBe('format');
  });

  test('a tensor that does not fill its shape is named, by the reader and by the writer', () => {
    const short = { name: 'short', dtype: 'float32' as const, shape: [4], data: Float32Array.of(1, 2, 3) };
    expect(errorOf(() => writeModel({ ...affine, initializers: [short] })).message).toContain('"short"');
    const bytes = writeModel({ ...affine, initializers: [{ ...short, shape: [3] }] });
    // The dimension 3 stands as "08 03" at the start of the tensor's fields.
    const at = bytes.findIndex((byte, i) => byte === 0x08 && bytes[i + 1] === 3 && bytes[i + 2] === 0x10);
    bytes[at + 1] = 4;
    expect(errorOf(() => readModel(bytes)).message).toMatch(/tensor "short".*4 values.*got 3/);
  });
});
