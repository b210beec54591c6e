import { expect, test } from 'vitest';
import { astronaut, kitOrSkip } from '../../../ganfit/src/models/for-tests.ts';
import type { Image } from '../image/index.ts';
import { cosine, distance } from './compare.ts';
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
  const [x, y] = [2 * landmarks[60], 2 * landmarks[61]];
  const flipped = landmarks.map((value, i) => (i % 2 ? y : x) - value);
  expect(
    distance(await judgeFace(kit, image, flipped), await judgeFace(kit, image, landmarks)),
  ).toBeGreaterThan(JUDGE_THRESHOLD);
});
