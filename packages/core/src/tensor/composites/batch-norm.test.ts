import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { constant } from '../ops/constant.ts';
import { batchNorm } from './batch-norm.ts';

const plain = (x: Float64Array, [scale, bias, mean, variance]: readonly ArrayLike<number>[]) =>
  x.map((v, i) => {
    const c = Math.floor(i / 2) % 3;
    return (scale[c] * (v - mean[c])) / Math.sqrt(variance[c] + 1e-5) + bias[c];
  });

test('batchNorm: by constant statistics', async () => {
  const known = [
    [1, 2, -1],
    [0.5, 0, 1],
    [0.1, -0.2, 0.3],
    [1, 4, 0.25],
  ];
  const [scale, bias, mean, variance] = known.map((data) => constant(data, [3]));
  await checkOp(
    (x) => batchNorm(x, { scale, bias, mean, variance }),
    [[2, 3, 1, 2]],
    (x) => plain(x, known),
  );
});

test('batchNorm: all four vectors are differentiable', async () => {
  await checkOp(
    (x, scale, bias, mean, variance) => batchNorm(x, { scale, bias, mean, variance }),
    [[1, 3, 1, 2], [3], [3], [3], [3]],
    (x, ...rest) => plain(x, rest),
    { range: [0.5, 1.5] },
  );
});
