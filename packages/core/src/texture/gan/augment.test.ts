import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { randomStream } from '../../random/index.ts';
import { createRuntime } from '../../runtime/index.ts';
import { gradients, input, square, sum, type Tensor } from '../../tensor/index.ts';
import { type Augmentation, augment, augmentationShapes, drawAugmentation } from './augment.ts';

const [count, size] = [16, 8];
const textures = input('textures', [count, 3, size, size]);
const parts = Object.fromEntries(
  Object.entries(augmentationShapes(count, size)).map(([name, shape]) => [name, input(name, shape)]),
) as Record<keyof Augmentation, Tensor>;
const result = augment(textures, parts);
const random = randomStream(2, 'augment');
const pictures = Float32Array.from({ length: count * 3 * size * size }, () => random.normal());

test('augment: changes nothing at probability 0, most pictures at 1, and lets gradients pass', async () => {
  const graph = await createRuntime(ort, { threads: 1 }).compile({
    result,
    slope: gradients(sum(square(result)), [textures])[0],
  });
  const run = (probability: number) =>
    graph.run({ textures: pictures, ...drawAugmentation(random, count, size, probability) });
  const still = await run(0);
  for (let i = 0; i < pictures.length; i++) expect(still.result[i]).toBeCloseTo(pictures[i], 5);
  const moved = await run(1);
  const each = 3 * size * size;
  for (let n = 0; n < count; n++) {
    const range = [n * each, (n + 1) * each] as const;
    const original = pictures.slice(...range);
    expect(moved.result.slice(...range).some((x, i) => Math.abs(x - original[i]) > 1e-3)).toBe(true);
    expect(moved.slope.slice(...range).every(Number.isFinite)).toBe(true);
  }
  await graph.dispose();
});

test('drawAugmentation: shifts repeat the border, holes cover a ninth at most', () => {
  const { rows, keep } = drawAugmentation(random, 200, 16, 1);
  for (let line = 0; line < 200 * 16; line++) {
    expect(rows.slice(line * 16, line * 16 + 16).reduce((a, b) => a + b)).toBe(1);
  }
  const holes = Array.from({ length: 200 }, (_, n) =>
    keep.slice(n * 256, n * 256 + 256).filter((x) => x === 0),
  );
  const cut = holes.filter((hole) => hole.length > 0);
  expect(cut.length).toBeGreaterThan(60);
  expect(cut.length).toBeLessThan(140);
  expect(Math.max(...cut.map((hole) => hole.length))).toBeLessThanOrEqual(36);
});
