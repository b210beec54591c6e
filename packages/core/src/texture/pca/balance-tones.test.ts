import { expect, test } from 'vitest';
import { randomStream } from '../../random/index.ts';
import { measureBalance, type SkinTone, toneChange } from './balance-tones.ts';

const random = randomStream(1, 'tones');
/** People along a line from dark to light, with hues of deviation 0.06, under casts of a given deviation. */
function people(count: number, cast: number): SkinTone[] {
  return Array.from({ length: count }, () => {
    const green = -1.4 + 0.4 * random.normal();
    const red = green + 0.75 + 0.1 * green + 0.06 * random.normal() + cast * random.normal();
    return [red, green, green - 0.4 + 0.08 * random.normal() - cast * random.normal()];
  });
}
const deviation = (values: readonly number[]) => {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
};

test('measureBalance, toneChange: bring the spread of hues to that of the reference, and change nothing else', () => {
  const tones = [...people(80, 0), ...people(200, 0.15)];
  const groups = tones.map((_, i) => (i < 80 ? 'studio' : 'press'));
  const balance = measureBalance(tones, groups, 'studio');
  const changes = tones.map((tone, i) => toneChange(balance, groups[i], tone));
  for (const change of changes.slice(0, 80)) expect(change).toEqual([0, 0, 0]);
  const hue = (i: number, share: number) =>
    tones[i][0] + share * changes[i][0] - tones[i][1] - share * changes[i][1];
  const studio = tones.slice(0, 80).map((_, i) => hue(i, 1));
  const [before, after] = [0, 1].map((share) => deviation(tones.slice(80).map((_, i) => hue(80 + i, share))));
  expect(before).toBeGreaterThan(0.14);
  expect(after).toBeLessThan(1.35 * deviation(studio));
  for (const [red, green, blue] of changes) expect(Math.abs(red + green + blue)).toBeLessThan(1e-12);
});

test('measureBalance: refuses a reference that is hardly there', () => {
  expect(() => measureBalance(people(5, 0), Array(5).fill('studio'), 'studio')).toThrow(
    /at least 20 photos, got 5/,
  );
});
