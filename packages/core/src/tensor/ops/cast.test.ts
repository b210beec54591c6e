import { expect, test } from 'vitest';
import { runTraced } from '../../../../../test/check-op.ts';
import { cast } from './cast.ts';
import { input } from './input.ts';

test('cast: floats lose their fraction, whole numbers become truth values', async () => {
  const x = input('x', [4]);
  const whole = cast(x, 'int32');
  const found = await runTraced(
    { whole, truth: cast(whole, 'bool'), back: cast(whole, 'float32'), long: cast(whole, 'int64') },
    { x: Float32Array.of(-1.7, 0.9, 0, 2.2) },
  );
  expect(found).toEqual({
    whole: [-1, 0, 0, 2],
    truth: [1, 0, 0, 1],
    back: [-1, 0, 0, 2],
    long: [-1, 0, 0, 2],
  });
});
