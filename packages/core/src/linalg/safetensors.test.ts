import { expect, test } from 'vitest';
import { readSafetensors, tensorOf, writeSafetensors } from './safetensors.ts';

const FILE = {
  metadata: { b: 'two', a: 'ein Wörtchen' },
  tensors: {
    bytes: { type: 'U8', shape: [3], data: Uint8Array.of(1, 2, 255) },
    floats: { type: 'F32', shape: [2, 2], data: Float32Array.of(1.5, -2, 3e-8, 0) },
    shorts: { type: 'I16', shape: [1, 3], data: Int16Array.of(-32768, 0, 7) },
  },
} as const;

test('a file comes back as it was written', () => {
  const back = readSafetensors(writeSafetensors(FILE));
  expect(back).toEqual(FILE);
});

test('the order of names does not change the bytes', () => {
  const { bytes, floats, shorts } = FILE.tensors;
  expect(writeSafetensors({ ...FILE, tensors: { shorts, bytes, floats } })).toEqual(writeSafetensors(FILE));
});

test('data starts at multiples of eight bytes, as other readers want it', () => {
  const bytes = writeSafetensors(FILE);
  expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
});

test('broken files are refused with a sentence', () => {
  const bytes = writeSafetensors(FILE);
  expect(() => readSafetensors(bytes.subarray(0, 5))).toThrow(/header must lie inside/);
  expect(() => readSafetensors(bytes.subarray(0, bytes.length - 4))).toThrow(
    /must fill .* bytes inside the file/,
  );
  const garbled = bytes.slice();
  garbled[9] = 0;
  expect(() => readSafetensors(garbled)).toThrow(/header must be JSON/);
});

test('a missing array or one of another type is named', () => {
  expect(() => tensorOf(FILE, 'floats', 'I16')).toThrow(/"floats" must be there as I16, got F32/);
  expect(() => tensorOf(FILE, 'none', 'I16')).toThrow(/"none" must be there as I16, got nothing/);
});

test('data that does not fit its shape is refused', () => {
  const tensors = { x: { type: 'F32', shape: [3], data: Float32Array.of(1) } } as const;
  expect(() => writeSafetensors({ metadata: {}, tensors })).toThrow(/"x" must hold 3 elements/);
});
