import { expect, test } from 'vitest';
import { checkOp, runTraced } from '../../../../../test/check-op.ts';
import { gradients } from '../gradients.ts';
import { input } from './input.ts';
import { max } from './max.ts';

test('max: over the first axis and over all', async () => {
  await checkOp(
    (x) => max(x, 0),
    [[3, 2]],
    (x) => [0, 1].map((j) => Math.max(x[j], x[2 + j], x[4 + j])),
  );
  await checkOp(
    (x) => max(x),
    [[3, 2]],
    (x) => [Math.max(...x)],
  );
});

test('max: equal winners share the gradient', async () => {
  const x = input('x', [4]);
  const { gradient } = await runTraced(
    { gradient: gradients(max(x), [x])[0] },
    { x: Float32Array.of(1, 5, 5, 2) },
  );
  expect(gradient).toEqual([0, 0.5, 0.5, 0]);
});
