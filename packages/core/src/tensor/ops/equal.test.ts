import { expect, test } from 'vitest';
import { runTraced } from '../../../../../test/check-op.ts';
import { gradients } from '../gradients.ts';
import { cast } from './cast.ts';
import { equal } from './equal.ts';
import { input } from './input.ts';
import { sum } from './sum.ts';

test('equal: compares with broadcasting, floats and integers, and passes no gradient', async () => {
  const [x, ids] = [input('x', [2, 2]), input('ids', [3], 'int32')];
  const y = equal(x, input('row', [2]));
  const found = await runTraced(
    { y, z: equal(ids, 5), gradient: gradients(sum(cast(y, 'float32')), [x])[0] },
    { x: Float32Array.of(1, 2, 3, 4), row: Float32Array.of(2, 2), ids: Int32Array.of(4, 5, 6) },
  );
  expect(y.dtype).toBe('bool');
  expect(found.y).toEqual([0, 1, 0, 0]);
  expect(found.z).toEqual([0, 1, 0]);
  expect(found.gradient).toEqual([0, 0, 0, 0]);
});
