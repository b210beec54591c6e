import { expect, test } from 'vitest';
import { checkOp, runTraced } from '../../../../../test/check-op.ts';
import { gradients } from '../gradients.ts';
import { input } from '../ops/input.ts';
import { sum } from '../ops/sum.ts';
import { l2Normalize } from './l2-normalize.ts';

test('l2Normalize: rows and columns of a matrix', async () => {
  await checkOp(
    (x) => l2Normalize(x),
    [[2, 3]],
    (x) => x.map((v, i) => v / Math.hypot(...x.slice(i - (i % 3), i - (i % 3) + 3))),
  );
  await checkOp(
    (x) => l2Normalize(x, 0, 0.5),
    [[2, 2]],
    (x) => x.map((v, i) => v / Math.sqrt(x[i % 2] ** 2 + x[2 + (i % 2)] ** 2 + 0.5)),
  );
});

test('l2Normalize: a zero vector has a finite gradient', async () => {
  const x = input('x', [2]);
  const { g } = await runTraced({ g: gradients(sum(l2Normalize(x)), [x])[0] }, { x: new Float32Array(2) });
  expect(Array.from(g).every(Number.isFinite)).toBe(true);
});
