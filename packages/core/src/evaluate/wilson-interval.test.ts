import { expect, test } from 'vitest';
import { wilsonInterval } from './wilson-interval.ts';

test('wilsonInterval: the worked values of Newcombe 1998, table I', () => {
  for (const [count, total, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ]) {
    const [from, to] = wilsonInterval(count, total);
    expect(from).toBeCloseTo(low, 4);
    expect(to).toBeCloseTo(high, 4);
  }
});
