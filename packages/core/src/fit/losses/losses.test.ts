import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { randomStream } from '../../random/index.ts';
import { createRuntime } from '../../runtime/index.ts';
import { constant, gradients, input, scalar, sum, type Tensor } from '../../tensor/index.ts';
import { contentLoss } from './content.ts';
import { cropBySimilarity } from './identity.ts';
import { landmarkDistance, landmarkLoss } from './landmark.ts';
import { occlusionWeights } from './occlusion.ts';
import { pixelLoss } from './pixel.ts';
import { cameraPriorLoss, coefficientPrior } from './prior.ts';

const runtime = createRuntime(ort, { executionProviders: ['cpu'], threads: 1 });
const random = randomStream(7, 'losses');
const noise = (count: number, scale = 1) =>
  Float32Array.from({ length: count }, () => scale * random.normal());

async function evaluate(
  outputs: Record<string, Tensor>,
  feeds: Record<string, Float32Array | Int32Array> = {},
) {
  const graph = await runtime.compile(outputs);
  const result = await graph.run(feeds);
  await graph.dispose();
  return result;
}

it('landmark loss: Student over whitened pixel errors', async () => {
  const projected = new Float32Array(3 * 80);
  for (let m = 0; m < 80; m++) {
    const w = 500 + 10 * m;
    projected.set([(50 + m) * w, (20 + 2 * m) * w, w], 3 * m);
  }
  const points = Int32Array.from({ length: 68 }, (_, i) => (7 * i) % 80);
  const places = noise(136, 30);
  const whitening = noise(68 * 4, 0.2);
  let expected = 0;
  for (let i = 0; i < 68; i++) {
    const [ex, ey] = [50 + points[i] - places[2 * i], 20 + 2 * points[i] - places[2 * i + 1]];
    const [a, b, c, d] = whitening.subarray(4 * i, 4 * i + 4);
    expected += 3.5 * Math.log(1 + ((a * ex + b * ey) ** 2 + (c * ex + d * ey) ** 2) / 5);
  }
  const { loss } = await evaluate({
    loss: landmarkLoss(
      constant(projected, [80, 3]),
      {
        points: constant(points, [68]),
        places: constant(places, [68, 2]),
        whitening: constant(whitening, [68, 2, 2]),
      },
      5,
    ),
  });
  expect(loss[0]).toBeCloseTo(expected, 2);
});

it('pixel loss: weighted mean, blind where the weight is zero', async () => {
  const photo = new Float32Array(12).fill(0.5);
  const image = photo.map((value, i) => value + (i % 4 === 0 ? 0.2 : 0.9));
  const weights = Float32Array.of(2, 0, 0, 0);
  const x = input('image', [3, 2, 2]);
  const loss = pixelLoss(x, constant(photo, [3, 2, 2]), constant(weights, [1, 2, 2]));
  const result = await evaluate({ loss, slope: gradients(loss, [x])[0] }, { image });
  expect(result.loss[0]).toBeCloseTo(Math.sqrt(0.04 + 0.0009) - 0.03, 5);
  expect(result.slope[0]).toBeGreaterThan(0.3);
  expect(result.slope[1]).toBe(0);
});

it('identity loss: the crop follows its similarity, with the gradient in the right pixels', async () => {
  const [width, height, side] = [12, 10, 4];
  const ramp = Float32Array.from({ length: 3 * width * height }, (_, i) => {
    const pixel = i % (width * height);
    return 0.1 * ((pixel % width) + 0.5) + 0.01 * (Math.floor(pixel / width) + 0.5);
  });
  const image = input('image', [3, height, width]);
  const [a, b, x0, y0] = [1.2, 0.3, 3, 2];
  const crop = cropBySimilarity(image, constant([a, b, x0, y0], [4]), side);
  const result = await evaluate({ crop, slope: gradients(sum(crop), [image])[0] }, { image: ramp });
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [(i % side) + 0.5, Math.floor(i / side) + 0.5];
    const [u, v] = [a * x - b * y + x0, b * x + a * y + y0];
    expect(result.crop[i]).toBeCloseTo(0.1 * u + 0.01 * v, 4);
  }
  // Bilinear weights sum to one for each pixel of the crop and channel.
  expect(result.slope.reduce((total, value) => total + value, 0)).toBeCloseTo(3 * side * side, 3);
  expect(result.slope[0]).toBe(0);
});

it('priors: half the squared deviations', async () => {
  const result = await evaluate({
    coefficients: coefficientPrior([constant([3, 0, 1], [3]), constant([2, 1], [2])]),
    camera: cameraPriorLoss(scalar(7), scalar(6.5), [scalar(6.8), scalar(6.9)], [scalar(5), scalar(2)]),
  });
  expect(result.coefficients[0]).toBeCloseTo(0.5 * (9 + 1 + 4 + 1), 5);
  expect(result.camera[0]).toBeCloseTo(0.5 * ((0.2 * 5) ** 2 + (0.4 * 2) ** 2), 4);
});

it('content loss: mean squared differences per layer, added up', async () => {
  const layer = (values: number[], shape: number[]) => constant(Float32Array.from(values), shape);
  const { loss } = await evaluate({
    loss: contentLoss(
      [layer([1, 2, 3, 4], [1, 1, 2, 2]), layer([5, 5], [1, 2, 1, 1])],
      [layer([1, 2, 3, 6], [1, 1, 2, 2]), layer([5, 2], [1, 2, 1, 1])],
    ),
  });
  expect(loss[0]).toBeCloseTo(4 / 4 + 9 / 2, 5);
});

it('occlusion weights: near one where the render fits, near zero where a region does not', async () => {
  const side = 16;
  const photo = new Float32Array(3 * side * side).fill(0.5);
  const render = photo.map((value, i) => (i % side > 9 ? value + 0.5 : value + 0.02));
  const { weights } = await evaluate({
    weights: occlusionWeights(constant(render, [3, side, side]), constant(photo, [3, side, side]), 0.15),
  });
  expect(weights[8 * side + 4]).toBeGreaterThan(0.9);
  expect(weights[8 * side + 13]).toBeLessThan(0.02);
});

it('landmark distance: mean pixels of a crop of 224', async () => {
  const projected = Float32Array.from({ length: 3 * 68 }, (_, i) => (i % 3 === 2 ? 1 : 10));
  const { loss } = await evaluate({
    loss: landmarkDistance(
      constant(projected, [68, 3]),
      {
        points: constant(
          Int32Array.from({ length: 68 }, (_, i) => i),
          [68],
        ),
        places: constant(
          Float32Array.from({ length: 136 }, (_, i) => (i % 2 ? 14 : 13)),
          [68, 2],
        ),
        whitening: constant(new Float32Array(68 * 4), [68, 2, 2]),
      },
      112,
    ),
  });
  expect(loss[0]).toBeCloseTo(10, 2);
});
