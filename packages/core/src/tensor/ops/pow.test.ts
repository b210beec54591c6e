import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { pow } from './pow.ts';

for (const exponent of [0.5, 1, 2, 3, -1.5]) {
  test(`pow: value and derivatives agree with ** ${exponent}`, async () => {
    await checkOp(
      (x) => pow(x, exponent),
      [[2, 3]],
      (x) => x.map((v) => v ** exponent),
      { range: [0.5, 2] },
    );
  });
}
