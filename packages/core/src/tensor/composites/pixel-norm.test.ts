import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { pixelNorm } from './pixel-norm.ts';

test('pixelNorm: channels of each pixel, in small and in wide planes', async () => {
  for (const [height, width] of [
    [1, 2],
    [8, 8],
  ]) {
    const pixels = height * width;
    await checkOp(
      (x) => pixelNorm(x),
      [[1, 3, height, width]],
      (x) =>
        x.map((v, i) => {
          const square = [0, 1, 2].reduce((total, c) => total + x[c * pixels + (i % pixels)] ** 2, 0);
          return v / Math.sqrt(square / 3 + 1e-8);
        }),
    );
  }
});
