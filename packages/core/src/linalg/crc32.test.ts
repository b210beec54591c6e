import { expect, test } from 'vitest';
import { crc32 } from './crc32.ts';

const text = new TextEncoder().encode('123456789');

test('the check value of the standard', () => {
  expect(crc32(text)).toBe(0xcbf43926);
});

test('a checksum can be continued', () => {
  expect(crc32(text.subarray(4), crc32(text.subarray(0, 4)))).toBe(0xcbf43926);
});
