import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { expectGolden } from './golden.ts';

const saved = process.env['UPDATE_GOLDEN'];
const PICTURE = 'preview-head-lit-left';

beforeEach(() => {
  delete process.env['UPDATE_GOLDEN'];
});
afterEach(() => {
  if (saved !== undefined) process.env['UPDATE_GOLDEN'] = saved;
});

test('another picture is refused, and the actual one and the difference are written', async () => {
  const black = { width: 96, height: 96, channels: 4 as const, data: new Uint8Array(96 * 96 * 4) };
  await expect(expectGolden(black, PICTURE)).rejects.toThrow(
    'at most 46 pixels may differ by more than 2 levels, got 9216',
  );
  for (const name of [PICTURE, `${PICTURE}-difference`]) {
    const path = join(import.meta.dirname, 'golden/actual', `${name}.png`);
    expect(existsSync(path)).toBe(true);
    rmSync(path);
  }
});

test('a picture of another size, or without a golden one, is refused', async () => {
  const small = { width: 2, height: 1, channels: 3 as const, data: new Uint8Array(6) };
  await expect(expectGolden(small, PICTURE)).rejects.toThrow('must be 96 x 96, got 2 x 1');
  await expect(expectGolden(small, 'never-painted')).rejects.toThrow('Run with UPDATE_GOLDEN=1');
});
