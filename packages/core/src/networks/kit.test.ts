import { expect, test } from 'vitest';
import { astronaut, kitOrSkip, networksOrSkip } from '../../../ganfit/src/models/for-tests.ts';
import { nodeRuntime } from '../../../ganfit/src/runtime.ts';
import { type Image, toPlanes } from '../image/index.ts';
import { input } from '../tensor/index.ts';
import { alignedCrop } from './align.ts';
import { cosine, distance } from './compare.ts';
import { identify } from './identify.ts';
import { JUDGE_THRESHOLD } from './judge.ts';
import { judgeFace } from './kit.ts';
import { observe } from './observe.ts';

function mirrored(image: Image): Image {
  const { width, height } = image;
  const data = new Uint8Array(image.data.length);
  for (let i = 0; i < width * height; i++) {
    const from = 3 * (i - (i % width) + (width - 1 - (i % width)));
    data.set(image.data.subarray(from, from + 3), 3 * i);
  }
  return { width, height, channels: 3, data };
}

test('observe: one record for each face, from left to right', async (context) => {
  const kit = await kitOrSkip(context);
  const one = await astronaut();
  // The photo beside its mirror image.
  const other = mirrored(one);
  const data = new Uint8Array(2 * one.data.length);
  for (let row = 0; row < 512; row++) {
    data.set(other.data.subarray(1536 * row, 1536 * (row + 1)), 3072 * row);
    data.set(one.data.subarray(1536 * row, 1536 * (row + 1)), 3072 * row + 1536);
  }
  const image: Image = { width: 1024, height: 512, channels: 3, data };
  const observations = await observe(image, kit, { focal: 900 });
  expect(observations.map(({ face }) => face)).toEqual([0, 1]);
  expect(observations[0].box.x).toBeLessThan(400);
  expect(observations[1].box.x).toBeGreaterThan(600);
  for (const observation of observations) {
    expect(observation.image).toBe(image);
    expect(observation.focal).toBe(900);
    expect(observation.landmarks).toHaveLength(136);
    expect(observation.embedding).toHaveLength(512);
  }
});

test('identity and judge: a mirrored or brighter photo shows the same person', async (context) => {
  const kit = await kitOrSkip(context);
  const image = await astronaut();
  const brighter: Image = { ...image, data: image.data.map((value) => Math.min(255, 1.25 * value + 8)) };
  const [truth] = await observe(image, kit);
  const judged = await judgeFace(kit, image, truth.landmarks);
  for (const changed of [mirrored(image), brighter]) {
    const [seen] = await observe(changed, kit);
    expect(cosine(seen.embedding, truth.embedding)).toBeGreaterThan(0.9);
    expect(distance(await judgeFace(kit, changed, seen.landmarks), judged)).toBeLessThan(0.3);
  }
});

test('judge: the same colors upside down hold no likeness', async (context) => {
  const kit = await kitOrSkip(context);
  const image = await astronaut();
  const [truth] = await observe(image, kit);
  const { landmarks } = truth;
  const flipped = landmarks.map((value, i) => (i % 2 ? 260 - value : value));
  expect(
    distance(await judgeFace(kit, image, flipped), await judgeFace(kit, image, landmarks)),
  ).toBeGreaterThan(JUDGE_THRESHOLD);
});

test('identify: traced, batched and with taps it says what the file says', async (context) => {
  const kit = await kitOrSkip(context);
  const [bytes] = await networksOrSkip(context, ['face-identity']);
  const image = await astronaut();
  const [{ landmarks, embedding }] = await observe(image, kit);
  const crop = alignedCrop(image, landmarks, kit.identity.template);

  const runtime = nodeRuntime({ threads: 2 });
  const file = await runtime.load(bytes);
  const fed = { data: toPlanes(crop, kit.identity.recipe), shape: [1, 3, 112, 112] };
  const { output } = await file.run({ input: fed });
  expect(cosine(output.data, embedding)).toBeGreaterThan(0.99999);

  const planes = toPlanes(crop, { order: 'RGB', mean: 0, divisor: 255 });
  const twice = new Float32Array(2 * planes.length);
  twice.set(planes, planes.length);
  const traced = identify(kit.identity, input('crops', [2, 3, 112, 112]));
  expect(traced.embedding.shape).toEqual([2, 512]);
  expect(Object.values(traced.taps).map(({ shape }) => shape)).toEqual([
    [2, 64, 56, 56],
    [2, 64, 28, 28],
    [2, 128, 14, 14],
    [2, 128, 7, 7],
    [2, 512, 7, 7],
  ]);
  const graph = await runtime.compile({ embedding: traced.embedding });
  const both = (await graph.run({ crops: twice })).embedding;
  expect(cosine(both.subarray(512), embedding)).toBeGreaterThan(0.99999);
  expect(cosine(both.subarray(0, 512), embedding)).toBeLessThan(0.9);
});
