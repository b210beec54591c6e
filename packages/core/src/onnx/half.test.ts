import { expect, test } from 'vitest';
import { halfToFloat } from './half.ts';

test('known float16 numbers', () => {
  const bits = Uint16Array.of(0x0000, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x3555, 0x7c00, 0xfc00);
  expect([...halfToFloat(bits)]).toEqual([
    0,
    -0,
    1,
    -2,
    65504,
    2 ** -14,
    2 ** -24,
    0.333251953125,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]);
  expect(halfToFloat(Uint16Array.of(0x7e00))[0]).toBeNaN();
});
