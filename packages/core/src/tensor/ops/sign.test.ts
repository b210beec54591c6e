import { expect, test } from 'vitest';
import { runTraced } from '../../../../../test/check-op.ts';
import { input } from './input.ts';
import { sign } from './sign.ts';

for (const provider of ['cpu', 'webgpu'] as const) {
  test(`sign: -1, 0 and 1 as lowered for ${provider}`, async () => {
    const { y } = await runTraced({ y: sign(input('x', [3])) }, { x: Float32Array.of(-0.5, 0, 7) }, provider);
    expect(y).toEqual([-1, 0, 1]);
  });
}
