import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { instanceNorm } from './instance-norm.ts';

function plain(x: Float64Array, scale: ArrayLike<number>, bias: ArrayLike<number>): Float64Array {
  return x.map((v, i) => {
    const channel = Math.floor(i / 4);
    const plane = x.slice(4 * channel, 4 * channel + 4);
    const mean = plane.reduce((a, b) => a + b) / 4;
    const variance = plane.reduce((a, b) => a + (b - mean) ** 2, 0) / 4;
    return (scale[channel % 2] * (v - mean)) / Math.sqrt(variance + 1e-5) + bias[channel % 2];
  });
}

test('instanceNorm: plain, and with scale and bias', async () => {
  await checkOp(
    (x) => instanceNorm(x),
    [[2, 2, 2, 2]],
    (x) => plain(x, [1, 1], [0, 0]),
  );
  await checkOp((x, scale, bias) => instanceNorm(x, scale, bias), [[2, 2, 2, 2], [2], [2]], plain);
});
