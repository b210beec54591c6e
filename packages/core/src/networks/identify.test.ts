import { expect, test } from 'vitest';
import { astronaut, kitOrSkip, networksOrSkip } from '../../../ganfit/src/models/for-tests.ts';
import { nodeRuntime } from '../../../ganfit/src/runtime.ts';
import { toPlanes } from '../image/index.ts';
import { input } from '../tensor/index.ts';
import { alignedCrop } from './align.ts';
import { cosine } from './compare.ts';
import { identify } from './identify.ts';
import { observe } from './observe.ts';

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
