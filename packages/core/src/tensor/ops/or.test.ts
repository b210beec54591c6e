import { expect, test } from 'vitest';
import { runTraced } from '../../../../../test/check-op.ts';
import { input } from './input.ts';
import { or } from './or.ts';

for (const provider of ['cpu', 'webgpu'] as const) {
  test(`or: gives its truth table as lowered for ${provider}`, async () => {
    const y = or(input('a', [4], 'bool'), input('b', [4], 'bool'));
    const feeds = { a: Uint8Array.of(0, 0, 1, 1), b: Uint8Array.of(0, 1, 0, 1) };
    expect((await runTraced({ y }, feeds, provider)).y).toEqual([0, 1, 1, 1]);
  });
}
