import { expect, test } from 'vitest';
import { randomStream } from '../../random/index.ts';
import { compareDetail } from './detail-bands.ts';

const SIZE = 64;
const random = randomStream(3, 'detail');
const noise = Float32Array.from({ length: 3 * SIZE * SIZE }, () => random.normal());
const all = new Float32Array(SIZE * SIZE).fill(1);

test('compareDetail: a texture has all of its own detail, half the contrast a quarter of the energy', () => {
  for (const { energy, correlation } of compareDetail(noise, noise, all, SIZE)) {
    expect(energy).toBeCloseTo(1, 6);
    expect(correlation).toBeCloseTo(1, 6);
  }
  for (const { energy, correlation } of compareDetail(
    noise.map((x) => x / 2),
    noise,
    all,
    SIZE,
  )) {
    expect(energy).toBeCloseTo(0.25, 6);
    expect(correlation).toBeCloseTo(1, 6);
  }
});

test('compareDetail: other detail of the same strength is energy without correlation; smooth maps have none', () => {
  const other = Float32Array.from(noise, () => random.normal());
  const [fine] = compareDetail(other, noise, all, SIZE);
  expect(fine.energy).toBeGreaterThan(0.9);
  expect(fine.energy).toBeLessThan(1.1);
  expect(Math.abs(fine.correlation)).toBeLessThan(0.08);
  const smooth = Float32Array.from(noise, (_, i) => 0.01 * (i % SIZE));
  expect(compareDetail(smooth, noise, all, SIZE)[0].energy).toBeLessThan(1e-6);
});

test('compareDetail: only what was seen counts', () => {
  const half = all.map((_, i) => (i % SIZE < SIZE / 2 ? 1 : 0));
  const mixed = noise.map((x, i) => (i % SIZE < SIZE / 2 ? x : 0));
  expect(compareDetail(mixed, noise, half, SIZE)[0].energy).toBeCloseTo(1, 6);
  expect(compareDetail(noise, noise, new Float32Array(SIZE * SIZE), SIZE)).toEqual([]);
});
