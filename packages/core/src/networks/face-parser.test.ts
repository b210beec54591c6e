import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import type { Image } from '../image/index.ts';
import { writeModel } from '../onnx/index.ts';
import { createRuntime } from '../runtime/index.ts';
import {
  concat,
  div,
  exp,
  input,
  lower,
  mul,
  neg,
  slice,
  sub,
  sum,
  type Tensor,
  transpose,
} from '../tensor/index.ts';
import { DLIB_150 } from './align.ts';
import { loadFaceParser, parseFace } from './face-parser.ts';
import { skinAt } from './skin-mask.ts';

const runtime = createRuntime(ort, { executionProviders: ['cpu'], threads: 1 });
const SIDE = 64;

/** A network that takes what is more red than blue for skin, as class `skin` of so many. */
function redness(
  classes: number,
  skin: number,
  layout: 'NCHW' | 'NHWC',
  finish = (x: Tensor) => x,
): Uint8Array {
  const picture = input('picture', layout === 'NCHW' ? [1, 3, SIDE, SIDE] : [1, SIDE, SIDE, 3]);
  const planes = layout === 'NCHW' ? picture : transpose(picture, [0, 3, 1, 2]);
  const red = slice(planes, [0], [1], [1]);
  const blue = slice(planes, [2], [3], [1]);
  const score = mul(sub(red, blue), 15);
  const others = Array.from({ length: classes }, (_, k) => (k === skin ? score : neg(score)));
  const scores = classes === 1 ? score : concat(others, 1);
  const out = layout === 'NCHW' ? scores : transpose(scores, [0, 2, 3, 1]);
  return writeModel(lower({ scores: finish(out) }, 'cpu'));
}

const WIDTH = 300;
const HEIGHT = 240;

/** A reddish photo whose right part is blue, and a face in its middle. */
function photo(): { image: Image; landmarks: Float32Array } {
  const data = new Uint8Array(3 * WIDTH * HEIGHT);
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    data.set(i % WIDTH < 170 ? [200, 150, 120] : [60, 70, 200], 3 * i);
  }
  const landmarks = new Float32Array(136).map((_, i) => (i % 2 ? 120 : 150));
  const five = DLIB_150.points.map((value, i) => value * 0.6 + (i % 2 ? 75 : 105));
  for (let eye = 0; eye < 2; eye++) {
    for (let i = 0; i < 6; i++) landmarks.set(five.subarray(2 * eye, 2 * eye + 2), 2 * (36 + 6 * eye + i));
  }
  [30, 48, 54].forEach((index, i) => {
    landmarks.set(five.subarray(4 + 2 * i, 6 + 2 * i), 2 * index);
  });
  return { image: { width: WIDTH, height: HEIGHT, channels: 3, data }, landmarks };
}

for (const [classes, skin, layout] of [
  [6, 3, 'NHWC'],
  [2, 1, 'NCHW'],
  [1, 0, 'NCHW'],
] as const) {
  test(`a network of ${classes} classes, ${layout}, is known by its form`, async () => {
    const parser = await loadFaceParser(redness(classes, skin, layout), runtime);
    expect(parser).toMatchObject({ classes, layout, side: SIDE, skin: [skin], mean: [0, 0, 0] });
    const { image, landmarks } = photo();
    const at = skinAt(await parseFace(parser, image, landmarks));
    expect(at(140, 120)).toBeGreaterThan(0.99);
    expect(at(185, 120)).toBe(0);
    // The rim of the skin does not count: it lies in another's shade.
    expect(at(169, 120)).toBeLessThan(0.3);
    await parser.network.dispose();
  });
}

test('scores after a softmax are taken as they are, and 19 classes are CelebAMask-HQ in the colors of ImageNet', async () => {
  const bytes = redness(19, 1, 'NCHW', (scores) => div(exp(scores), sum(exp(scores), 1, true)));
  const parser = await loadFaceParser(bytes, runtime);
  expect(parser.skin).toEqual([1, 2, 3, 4, 5, 10, 12, 13]);
  expect(parser.mean[0]).toBeCloseTo(123.675, 3);
  const { image, landmarks } = photo();
  const at = skinAt(await parseFace(parser, image, landmarks));
  expect(at(140, 120)).toBeGreaterThan(0.99);
  // Eighteen classes share what is no skin here, seven of them face parts: less than half.
  expect(at(185, 120)).toBe(0);
  await parser.network.dispose();
});

test('a roll of the head turns the crop with it', async () => {
  const parser = await loadFaceParser(redness(2, 1, 'NCHW'), runtime);
  const { image, landmarks } = photo();
  const turned = landmarks.map((_, i) => {
    const [x, y] = [landmarks[i - (i % 2)] - 150, landmarks[i - (i % 2) + 1] - 120];
    return i % 2 ? 120 + 0.6 * x + 0.8 * y : 150 + 0.8 * x - 0.6 * y;
  });
  const mask = await parseFace(parser, image, turned);
  expect(Math.atan2(mask.fromPhoto.b, mask.fromPhoto.a)).toBeCloseTo(-Math.atan2(0.6, 0.8), 3);
  expect(skinAt(mask)(150, 90)).toBeGreaterThan(0.9);
  expect(skinAt(mask)(185, 120)).toBe(0);
  await parser.network.dispose();
});

test('what is no such network, or is told wrongly, is refused in one sentence', async () => {
  const flat = input('vector', [1, 12]);
  await expect(loadFaceParser(writeModel(lower({ twice: mul(flat, 2) }, 'cpu')), runtime)).rejects.toThrow(
    'parsing: the network must take one float32 picture [1, 3, S, S] or [1, S, S, 3], got vector float32 [1,12], twice float32 [1,12].',
  );
  await expect(loadFaceParser(redness(5, 2, 'NCHW'), runtime, {}, 'net.onnx')).rejects.toThrow(
    'net.onnx must say which of its 5 classes are skin of the face, got nothing',
  );
  await expect(loadFaceParser(redness(5, 2, 'NCHW'), runtime, { skin: [5] })).rejects.toThrow('got [5]');
  await expect(loadFaceParser(redness(5, 2, 'NCHW'), runtime, { output: 'mask' })).rejects.toThrow(
    'must take',
  );
  // Blue and red exchanged: no skin anywhere on this face.
  const wrong = await loadFaceParser(redness(5, 2, 'NCHW'), runtime, { skin: [2], order: 'BGR' });
  const { image, landmarks } = photo();
  await expect(parseFace(wrong, image, landmarks)).rejects.toThrow(
    'must call at least 10 % of a face skin, got',
  );
  await wrong.network.dispose();
});
