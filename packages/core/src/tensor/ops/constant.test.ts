import { expect, test } from 'vitest';
import { runTraced } from '../../../../../test/check-op.ts';
import { constant, filled, scalar } from './constant.ts';

test('constant: the element type follows from the array', async () => {
  const outputs = {
    floats: constant([1.5, -2], [2]),
    integers: constant(Int32Array.of(1, 2), [1, 2]),
    long: constant(BigInt64Array.of(7n), []),
    truth: constant(Uint8Array.of(0, 1), [2]),
    one: scalar(0.25),
    many: filled(3, [2, 1]),
  };
  expect(Object.values(outputs).map((x) => x.dtype)).toEqual([
    'float32',
    'int32',
    'int64',
    'bool',
    'float32',
    'float32',
  ]);
  expect(await runTraced(outputs)).toEqual({
    floats: [1.5, -2],
    integers: [1, 2],
    long: [7],
    truth: [0, 1],
    one: [0.25],
    many: [3, 3],
  });
});

test('constant: a wrong number of elements is refused', () => {
  expect(() => constant([1, 2, 3], [2, 2])).toThrow(
    'constant: shape [2,2] must hold as many elements as the data, got 3 elements.',
  );
});
