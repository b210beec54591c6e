import { expect, test } from 'vitest';
import { randomStream } from '../random/index.ts';
import { randomLatent } from './random-latent.ts';
import { learnSkinColors, type SkinColors, toneOf } from './skin-colors.ts';

const SIZE = 6;
/** Colors that the first two numbers tell, and hardly anything else does; no number moves blue alone. */
const colors = [
  [0.3, 0.02, 0, 0.01, 0, 0],
  [0.24, -0.05, 0, 0.01, 0, 0],
  [0.2, -0.07, 0, 0.01, 0, 0],
];
const random = randomStream(8, 'people');
/** Brightness has a long tail on one side, and none on the other; who is dark is never reddish. */
const people = Array.from({ length: 800 }, () => {
  const latent = Float32Array.from({ length: SIZE }, () => random.normal());
  const dark = Math.exp(0.5 * random.normal()) - 1.1;
  latent[0] = 1.6 * dark;
  latent[1] = dark > 0.5 ? -0.6 + 0.3 * random.normal() : 1.1 * random.normal();
  return latent;
});
const learnt = learnSkinColors(colors, people) as SkinColors;
const drawn = Array.from({ length: 4000 }, () =>
  randomLatent({ latentSize: SIZE + 2, skinColors: learnt }, random),
);

const quantile = (values: number[], share: number): number =>
  values.sort((a, b) => a - b)[Math.floor(share * (values.length - 1))];

test('learnSkinColors: directions at right angles, one for each way that colors differ', () => {
  expect(learnt.rank).toBe(2);
  const dot = (i: number, j: number): number =>
    Array.from(
      { length: SIZE },
      (_, k) => learnt.directions[i * SIZE + k] * learnt.directions[j * SIZE + k],
    ).reduce((sum, value) => sum + value, 0);
  expect(dot(0, 0)).toBeCloseTo(1, 5);
  expect(dot(1, 1)).toBeCloseTo(1, 5);
  expect(dot(0, 1)).toBeCloseTo(0, 5);
});

test('randomLatent: brightness is spread as among people, not as a Gaussian', () => {
  for (const share of [0.02, 0.25, 0.5, 0.75, 0.97]) {
    const [real, random] = [people, drawn].map((list) =>
      quantile(
        list.map(([first]) => first),
        share,
      ),
    );
    expect(Math.abs(real - random), `${share}`).toBeLessThan(0.35);
  }
  // Nobody lies where a Gaussian of this deviation has one in fifty.
  const brightest = quantile(
    people.map(([first]) => first),
    0,
  );
  expect(drawn.filter(([first]) => first < brightest - 0.3).length).toBeLessThan(0.005 * drawn.length);
  // What goes together in people does so in random ones.
  expect(drawn.filter(([first, second]) => first > 1.5 && second > 1.2).length).toBeLessThan(
    0.005 * drawn.length,
  );
});

test('randomLatent: the rest of a latent stays Gaussian, beyond the directions it is not touched', () => {
  for (const k of [2, 4, 5, 6, 7]) {
    const values = drawn.map((latent) => latent[k]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const square = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    expect(Math.abs(mean), `${k}`).toBeLessThan(0.06);
    expect(Math.abs(square - 1), `${k}`).toBeLessThan(0.09);
  }
  const [plain, colored] = [undefined, learnt].map((skinColors) =>
    randomLatent({ latentSize: SIZE + 2, skinColors }, randomStream(1, 'same'), 0.5),
  );
  expect([...colored.subarray(SIZE)]).toEqual([...plain.subarray(SIZE)]);
  expect(colored[0]).not.toBe(plain[0]);
});

test('randomLatent: tones lie within reach of a part, and the rarest part is as frequent as it is', () => {
  const { rank, weights, means, roots, reach } = learnt;
  const away = (tone: Float64Array, part: number): number => {
    const solved: number[] = [];
    for (let i = 0; i < rank; i++) {
      const row = (part * rank + i) * rank;
      const rest = solved.reduce(
        (sum, value, j) => sum - roots[row + j] * value,
        tone[i] - means[part * rank + i],
      );
      solved.push(rest / roots[row + i]);
    }
    return Math.hypot(...solved);
  };
  const parts = [...weights.keys()];
  const nearest = drawn.map((latent) => Math.min(...parts.map((part) => away(toneOf(learnt, latent), part))));
  expect(Math.max(...nearest)).toBeLessThan(reach + 1e-3);
  const dark = (list: Float32Array[]): number => list.filter(([first]) => first > 1.6).length / list.length;
  expect(dark(people)).toBeGreaterThan(0.01);
  expect(Math.abs(dark(drawn) / dark(people) - 1)).toBeLessThan(0.3);
});

test('learnSkinColors: too few people, or no colors, give nothing', () => {
  expect(learnSkinColors(colors, people.slice(0, 79))).toBeUndefined();
  expect(learnSkinColors([[0, 0]], people)).toBeUndefined();
});
