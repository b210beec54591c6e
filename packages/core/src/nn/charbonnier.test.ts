import { test } from 'vitest';
import { checkOp } from '../../../../test/check-op.ts';
import { charbonnier } from './charbonnier.ts';

test('charbonnier: agrees with the plain formula, smooth at zero', async () => {
  await checkOp(
    (x) => charbonnier(x, 0.25),
    [[5]],
    (x) => x.map((v) => Math.hypot(v, 0.25) - 0.25),
    { values: [[-2, -0.1, 0, 0.3, 5]] },
  );
});
