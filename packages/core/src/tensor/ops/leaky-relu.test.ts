import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { leakyRelu } from './leaky-relu.ts';

for (const slope of [0.2, 0, -0.5, 1.5]) {
  test(`leakyRelu: value and derivatives agree for slope ${slope}`, async () => {
    await checkOp(
      (x) => leakyRelu(x, slope),
      [[3, 4]],
      (x) => x.map((v) => (v > 0 ? v : slope * v)),
    );
  });
}
