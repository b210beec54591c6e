import { test } from 'vitest';
import { checkOp } from '../../../../../test/check-op.ts';
import { clip } from './clip.ts';

test('clip: value and derivatives agree inside and outside the bounds', async () => {
  await checkOp(
    (x) => clip(x, -0.5, 0.8),
    [[3, 4]],
    (x) => x.map((v) => Math.min(Math.max(v, -0.5), 0.8)),
  );
});
