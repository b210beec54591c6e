import { toPlanes } from '@ganfit/core/image';
import { alignedCrop, detectFaces, findLandmarks, identityNetwork } from '@ganfit/core/networks';
import { randomStream } from '@ganfit/core/random';
import { constant, gradients, importOnnx, input, mul, sum } from '@ganfit/core/tensor';
import { expect, test } from 'vitest';
import { readPhoto } from '../image.ts';
import { nodeRuntime } from '../runtime.ts';
import { networksOrSkip } from './for-tests.ts';

const runtime = nodeRuntime({ threads: 2 });

/** The largest difference, relative to the largest value. */
function difference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0) / scale;
}

/** The astronaut's face as the identity network wants it, `[1, 3, 112, 112]`. */
async function astronaut(detector: Uint8Array, landmarks: Uint8Array): Promise<Float32Array> {
  const { image } = await readPhoto('examples/astronaut.png');
  const [finder, placer] = [await runtime.load(detector), await runtime.load(landmarks)];
  const [box] = await detectFaces(finder, image);
  const { template, recipe } = identityNetwork(new Uint8Array());
  const crop = toPlanes(alignedCrop(image, await findLandmarks(placer, image, box), template), recipe);
  await Promise.all([finder.dispose(), placer.dispose()]);
  return crop;
}

test.for(['face-detector', 'face-landmarks', 'face-identity'] as const)(
  '%s gives traced what its file gives',
  async (name, context) => {
    const [bytes] = await networksOrSkip(context, [name]);
    const network = await runtime.load(bytes);
    const [{ shape }] = network.inputs;
    const random = randomStream(6, name);
    const count = shape.reduce<number>((product, size) => product * Number(size), 1);
    // Blocks of noise, smooth enough for activations to be like those of a photo.
    const data = Float32Array.from({ length: count }, () => 0).map(() => random.uniform() - 0.5);
    const expected = await network.run({ input: { data, shape: shape.map(Number) } });
    const graph = await runtime.compile(importOnnx(bytes, { input: input('input', shape.map(Number)) }));
    const found = await graph.run({ input: data });
    for (const output of network.outputs) {
      expect(difference(found[output.name], expected[output.name].data), output.name).toBeLessThan(1e-5);
    }
    await Promise.all([network.dispose(), graph.dispose()]);
  },
);

test('the identity network takes a batch, although its file is for one picture', async (context) => {
  const [detector, landmarks, bytes] = await networksOrSkip(context, [
    'face-detector',
    'face-landmarks',
    'face-identity',
  ]);
  const crop = await astronaut(detector, landmarks);
  const dimmed = crop.map((value) => value / 2);
  const network = await runtime.load(bytes);
  const graph = await runtime.compile(importOnnx(bytes, { input: input('crops', [2, 3, 112, 112]) }));
  const crops = new Float32Array(2 * crop.length);
  crops.set(crop);
  crops.set(dimmed, crop.length);
  const { output } = await graph.run({ crops });
  const shape = [1, 3, 112, 112];
  const first = await network.run({ input: { data: crop, shape } });
  const second = await network.run({ input: { data: dimmed, shape } });
  expect(difference(output.subarray(0, 512), first['output'].data)).toBeLessThan(1e-5);
  expect(difference(output.subarray(512), second['output'].data)).toBeLessThan(1e-5);
  await Promise.all([network.dispose(), graph.dispose()]);
});

test('the gradient of the identity by the picture is the slope of differences on a real face', async (context) => {
  const [detector, landmarks, bytes] = await networksOrSkip(context, [
    'face-detector',
    'face-landmarks',
    'face-identity',
  ]);
  const crop = await astronaut(detector, landmarks);
  const random = randomStream(6, 'direction');
  const weights = Float32Array.from({ length: 512 }, () => random.normal() / 512);
  const x = input('x', [1, 3, 112, 112]);
  const { output } = importOnnx(bytes, { input: x });
  const loss = sum(mul(output, constant(weights, [1, 512])));
  const graph = await runtime.compile({ output, gradient: gradients(loss, [x])[0] });
  const { gradient } = await graph.run({ x: crop });

  // In double precision from the outputs on, or the small steps would drown in the rounding of the loss.
  const lossAt = async (step: number, direction: Float32Array) => {
    const moved = await graph.run({ x: crop.map((value, i) => value + step * direction[i]) });
    return moved.output.reduce((total, value, i) => total + value * weights[i], 0);
  };
  const length = Math.hypot(...gradient);
  const along = gradient.map((value) => value / length);
  const noise = crop.map(() => random.normal() / Math.sqrt(crop.length));
  // Kinks of the activations lie close together, so steps are small: 0.003 over the whole picture.
  const step = 3e-3;
  for (const [direction, slope] of [
    [along, length],
    [along.map((value, i) => value + 2 * noise[i]), undefined],
  ] as const) {
    const expected = slope ?? gradient.reduce((total, value, i) => total + value * direction[i], 0);
    const found = ((await lossAt(step, direction)) - (await lossAt(-step, direction))) / (2 * step);
    expect(Math.abs(found - expected) / length).toBeLessThan(0.01);
  }
  await graph.dispose();
});

test('inner values of the identity network are there for a content loss', async (context) => {
  const [bytes] = await networksOrSkip(context, ['face-identity']);
  const { taps } = identityNetwork(bytes);
  const values = importOnnx(bytes, { input: input('x', [1, 3, 112, 112]) }, { taps });
  expect(taps.map((name) => values[name].shape.slice(1))).toEqual([
    [64, 56, 56],
    [64, 28, 28],
    [128, 14, 14],
    [128, 7, 7],
    [512, 7, 7],
  ]);
});
