import { expect, test } from 'vitest';
import { randomStream } from '../../random/index.ts';
import { slicedWasserstein } from './sliced-wasserstein.ts';

const SIZE = 64;
const random = randomStream(8, 'sliced');
const white = (count: number) =>
  Array.from({ length: count }, () => Float32Array.from({ length: 3 * SIZE * SIZE }, () => random.normal()));
/** Noise that is the same along each row. */
const streaks = (count: number) => white(count).map((map) => map.map((_, i) => map[i - (i % SIZE)]));
const all = new Float32Array(SIZE * SIZE).fill(1);

test('slicedWasserstein: small between sets of one kind, larger between two, at the scale where they differ', () => {
  const same = slicedWasserstein(white(6), white(6), SIZE, all, { patches: 200 });
  const different = slicedWasserstein(white(6), streaks(6), SIZE, all, { patches: 200 });
  expect(same.map(({ resolution }) => resolution)).toEqual([64, 32, 16]);
  expect(different[0].distance).toBeGreaterThan(2 * same[0].distance);
  expect(same[0].distance).toBeLessThan(0.1);
});

test('slicedWasserstein: only looks where it may', () => {
  const mask = all.map((_, i) => (Math.floor(i / SIZE) < SIZE / 2 ? 1 : 0));
  const [a, b] = [white(6), white(6)];
  const before = slicedWasserstein(a, b, SIZE, mask)[0].distance;
  for (const map of b)
    for (let i = 0; i < map.length; i++) if (Math.floor(i / SIZE) % SIZE > SIZE / 2 + 8) map[i] = i % 2;
  expect(slicedWasserstein(a, b, SIZE, mask)[0].distance).toBeCloseTo(before, 6);
});
