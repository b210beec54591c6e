import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { randomStream } from '../../random/index.ts';
import { createRuntime } from '../../runtime/index.ts';
import { gradients, input, type Tensor } from '../../tensor/index.ts';
import { discriminatorShapes, drawWeights, equalize } from './architecture.ts';
import { discriminate } from './discriminator.ts';
import { discriminatorLoss, generatorLoss, gradientPenalty } from './losses.ts';

const architecture = { latentSize: 4, widths: [5, 4] };
const shapes = discriminatorShapes(architecture);
const random = randomStream(6, 'penalty');
const weights = drawWeights(shapes, random);
// Far from the kinks of the activations, where the penalty jumps and no difference quotient holds: biases much larger than
// what the pictures change, half of the channels on either side.
for (const [name, data] of Object.entries(weights)) {
  if (name.endsWith('bias')) weights[name] = data.map((_, i) => (i % 2 ? 30 : -30));
}
const runtime = createRuntime(ort, { threads: 1 });
const count = 4;
const pictures = Float32Array.from({ length: count * 192 }, () => random.normal());

const traced = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, input(name, shape)]));
const score = (x: Tensor) => discriminate(equalize(traced), x, architecture, { resolution: 8, alpha: 0.7 });
const picture = input('picture', [count, 3, 8, 8]);
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((total, value, i) => total + value * b[i], 0);

test('gradientPenalty: its slopes are difference quotients of the scores', async () => {
  const penalty = gradientPenalty(score, picture);
  const graph = await runtime.compile({ penalty, scores: score(picture) });
  const { penalty: found } = await graph.run({ ...weights, picture: pictures });
  // The full gradient by every pixel of the batch, numerically.
  const h = 2e-3;
  const total = async (x: Float32Array) =>
    (await graph.run({ ...weights, picture: x })).scores.reduce((a, b) => a + b, 0);
  const squares = new Float64Array(count);
  for (let i = 0; i < pictures.length; i++) {
    const [more, less] = [pictures.slice(), pictures.slice()];
    more[i] += h;
    less[i] -= h;
    squares[Math.floor(i / 192)] += (((await total(more)) - (await total(less))) / (more[i] - less[i])) ** 2;
  }
  const expected = squares.reduce((sum, square) => sum + (Math.sqrt(square) - 1) ** 2 / count, 0);
  expect(found[0]).toBeGreaterThan(1e-3);
  expect(Math.abs(found[0] / expected - 1)).toBeLessThan(0.02);
  await graph.dispose();
});

for (const kind of ['wgan-gp', 'non-saturating'] as const) {
  test(`discriminatorLoss, ${kind}: the gradient by every weight agrees with difference quotients`, async () => {
    const other = input('other', [count, 3, 8, 8]);
    const mixture = input('mixture', [count, 1, 1, 1]);
    const { loss } = discriminatorLoss(
      { score, real: picture, fake: other, mixture },
      { kind, penalty: 10, drift: 1e-3 },
    );
    const names = Object.keys(shapes);
    const parts = gradients(
      loss,
      names.map((name) => traced[name]),
    );
    const graph = await runtime.compile({
      loss,
      ...Object.fromEntries(names.map((name, i) => [`by ${name}`, parts[i]])),
    });
    const feeds: Record<string, Float32Array> = {
      ...weights,
      picture: pictures,
      other: pictures.map((x) => 0.5 * x + random.normal()),
      mixture: Float32Array.from({ length: count }, () => random.uniform()),
    };
    const found: Record<string, Float32Array> = await graph.run(feeds);
    let steep = 0;
    for (const name of names) {
      // Along the gradient itself the change is largest and the quotient least noisy.
      const slope = found[`by ${name}`];
      const size = Math.sqrt(dot(slope, slope));
      if (size > 0.02) steep++;
      const h = 0.02;
      const at = async (step: number) =>
        (await graph.run({ ...feeds, [name]: feeds[name].map((x, i) => x + (step * slope[i]) / size) }))
          .loss[0];
      const quotient = ((await at(h)) - (await at(-h))) / (2 * h);
      expect(Math.abs(quotient - size) / (size + 0.01), name).toBeLessThan(0.03);
    }
    expect(steep).toBeGreaterThan(names.length / 2);
    await graph.dispose();
  });
}

test('generatorLoss: falls when scores rise', async () => {
  const scores = input('scores', [3]);
  const graph = await runtime.compile({
    wasserstein: generatorLoss(scores),
    logistic: generatorLoss(scores, { kind: 'non-saturating' }),
  });
  const at = Float32Array.of(-1, 0, 2);
  const found = await graph.run({ scores: at });
  expect(found.wasserstein[0]).toBeCloseTo(-1 / 3, 6);
  expect(found.logistic[0]).toBeCloseTo(
    at.reduce((sum, x) => sum + Math.log1p(Math.exp(-x)) / 3, 0),
    5,
  );
  await graph.dispose();
});
