import { expect, test } from 'vitest';
import { readTfjsWeights } from './judge-weights.ts';

const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const quantization = { dtype: 'uint8', scale: 0.5, min: -1 };
const MANIFEST = [
  {
    weights: [
      { name: 'a', shape: [3], dtype: 'float32', quantization },
      { name: 'b', shape: [1, 2], dtype: 'float32' },
    ],
    paths: ['x.bin'],
  },
];

test('readTfjsWeights: bytes become scale * byte + min, floats lie at any offset', () => {
  const bytes = new Uint8Array(3 + 8);
  bytes.set([0, 2, 255]);
  bytes.set(new Uint8Array(Float32Array.of(1.25, -7).buffer), 3);
  const weights = readTfjsWeights(text(MANIFEST), bytes);
  expect([...weights.get('a')!.data]).toEqual([-1, 0, 126.5]);
  expect(weights.get('b')).toEqual({ shape: [1, 2], data: Float32Array.of(1.25, -7) });
});

test('readTfjsWeights: files that do not fit together are refused', () => {
  expect(() => readTfjsWeights(text(MANIFEST), new Uint8Array(10))).toThrow(
    /b must be float32 or uint8 and lie/,
  );
  expect(() => readTfjsWeights(text(MANIFEST), new Uint8Array(12))).toThrow(/describe 12 bytes, got 11/);
  expect(() => readTfjsWeights(new TextEncoder().encode('<html>'), new Uint8Array(1))).toThrow(/JSON/);
});
