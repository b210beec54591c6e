import { expect, it } from 'vitest';
import { randomStream } from '../../random/index.ts';
import { type GroupedTone, toneBalance, toneCorrection } from './tone-balance.ts';

/** People of all tones in two studios, the second one magenta and darker. */
function people(): GroupedTone[] {
  const { normal } = randomStream(3, 'tones');
  return Array.from({ length: 240 }, (_, i) => {
    const green = -1.4 + 0.4 * normal();
    const cast = i % 3 === 0 ? [0.25, -0.1, 0.2] : [0, 0, 0];
    const tone = [green + 0.5 - 0.1 * (green + 1.4) + 0.03 * normal(), green, green - 0.2 + 0.03 * normal()];
    return { group: i % 3 === 0 ? 'magenta' : 'plain', tone: tone.map((value, k) => value + cast[k]) };
  });
}

it("takes out a studio's cast and keeps dark skin dark", () => {
  const tones = people();
  const balance = toneBalance(tones);
  expect(balance.casts['plain']).toBeUndefined();
  [0.25, -0.1, 0.2].forEach((value, k) => {
    expect(Math.abs(balance.casts['magenta'][k] - value)).toBeLessThan(0.1);
  });
  for (const person of tones) {
    const correction = toneCorrection(balance, person);
    const brightness = person.tone[1] - (person.group === 'magenta' ? -0.1 : 0);
    expect(Math.abs(person.tone[1] - correction[1] - brightness)).toBeLessThan(0.1);
  }
});

it("halves a lamp's hue", () => {
  const balance = toneBalance(people());
  const usual = [-0.9, -1.4, -1.6];
  const [red, green, blue] = toneCorrection(balance, {
    group: 'plain',
    tone: usual.map((v, k) => v + [0.3, 0, -0.2][k]),
  });
  expect(red).toBeCloseTo(0.15, 1);
  expect(green).toBe(0);
  expect(blue).toBeCloseTo(-0.1, 1);
});

it('learns nothing of a handful of photos', () => {
  const few = people().slice(0, 9);
  expect(toneBalance(few).casts).toEqual({});
});
