import { expect, test } from 'vitest';
import { checkOp, runTraced } from '../../../../../test/check-op.ts';
import { lower } from '../lower.ts';
import { constant } from './constant.ts';
import { gather, scatterAdd } from './gather.ts';
import { input } from './input.ts';

const ids = constant(Int32Array.of(2, 0, 2), [3]);

test('gather: rows by a table of indices, some of them twice', async () => {
  const table = constant(Int32Array.of(2, 0, 2, 1), [2, 2]);
  await checkOp(
    (x) => gather(x, table),
    [[3, 2]],
    (x) => [2, 0, 2, 1].flatMap((i) => [x[2 * i], x[2 * i + 1]]),
  );
});

test('gather: along the last axis', async () => {
  await checkOp(
    (x) => gather(x, ids, -1),
    [[2, 3]],
    (x) => [x[2], x[0], x[2], x[5], x[3], x[5]],
  );
});

test('gather: of single numbers', async () => {
  await checkOp(
    (x) => gather(x, ids),
    [[3]],
    (x) => [x[2], x[0], x[2]],
  );
});

test('scatterAdd: rows of one index add up', async () => {
  await checkOp(
    (x) => scatterAdd(ids, x, 4),
    [[3, 2]],
    (x) => [x[2], x[3], 0, 0, x[0] + x[4], x[1] + x[5], 0, 0],
  );
});

test('scatterAdd: many threads lose none of 120 000 updates of 16 rows', async () => {
  const count = 120_000;
  const indices = constant(
    Int32Array.from({ length: count }, (_, i) => i % 16),
    [count],
  );
  const { y } = await runTraced(
    { y: scatterAdd(indices, input('x', [count, 1]), 16) },
    { x: new Float32Array(count).fill(1) },
  );
  expect(y).toEqual(Array(16).fill(count / 16));
});

test('scatterAdd: the racing ScatterND is never written', () => {
  const ops = lower({ y: scatterAdd(ids, input('x', [3, 2]), 4) }, 'cpu').nodes.map(({ op }) => op);
  expect(ops).toContain('ScatterElements');
  expect(ops).not.toContain('ScatterND');
});

test('gather: indices must be whole numbers', () => {
  expect(() => gather(input('x', [3]), input('i', [2]))).toThrow(
    'gather: indices must be int32 or int64, got float32. Cast them.',
  );
});
