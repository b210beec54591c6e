import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { constant } from './constant.ts';
import { prelu } from './prelu.ts';

const shape = [2, 2, 1, 3];
const channel = (i: number) => Math.floor(i / 3) % 2;

test('prelu: one slope for each channel, itself differentiable', async () => {
  await checkOp(prelu, [shape, [2, 1, 1]], (x, slope) =>
    x.map((v, i) => (v > 0 ? v : slope[channel(i)] * v)),
  );
});

for (const slopes of [
  [0.25, 0.9],
  [-0.5, 0.3],
  [0.1, 1.5],
]) {
  test(`prelu: constant slopes ${slopes}`, async () => {
    await checkOp(
      (x) => prelu(x, constant(slopes, [2, 1, 1])),
      [shape],
      (x) => x.map((v, i) => (v > 0 ? v : slopes[channel(i)] * v)),
    );
  });
}
