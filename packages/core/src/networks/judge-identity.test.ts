import { expect, test } from 'vitest';
import { networksOrSkip } from '../../../ganfit/src/models/for-tests.ts';
import { nodeRuntime } from '../../../ganfit/src/runtime.ts';
import { toPlanes } from '../image/index.ts';
import { randomStream } from '../random/index.ts';
import { gradients, input, square, sum } from '../tensor/index.ts';
import { embed } from './identify.ts';
import { JUDGE_RECIPE, judgeDescriptor } from './judge.ts';
import { judgeIdentity } from './judge-identity.ts';

test('the judge as an identity network says the same, and can be differentiated', async (context) => {
  const [weights, manifest] = await networksOrSkip(context, ['face-judge', 'face-judge-manifest']);
  const runtime = nodeRuntime({ threads: 2 });
  const network = judgeIdentity({ weights, manifest });
  const side = network.template.side;
  const crop = input('crop', [1, 3, side, side]);
  const embedding = embed(network, crop);
  expect(embedding.shape).toEqual([1, network.dimensions]);
  const [slope] = gradients(sum(square(embedding)), [crop]);
  const graph = await runtime.compile({ embedding, slope });
  const judge = await runtime.compile({ descriptor: judgeDescriptor({ weights, manifest }, crop) });

  const random = randomStream(1, 'picture');
  const data = Float32Array.from({ length: 3 * side * side }, () => random.uniform());
  const image = { width: side, height: side, channels: 3 as const, data };
  const plain = toPlanes(image, { order: 'RGB', mean: 0, divisor: 255 });
  const own = await graph.run({ crop: plain });
  const { descriptor } = await judge.run({ crop: toPlanes(image, JUDGE_RECIPE) });
  descriptor.forEach((value, i) => {
    expect(own.embedding[i]).toBeCloseTo(value, 4);
  });
  const steepness = Math.hypot(...own.slope.subarray(0, 20_000));
  expect(steepness).toBeGreaterThan(1e-6);
  await Promise.all([graph.dispose(), judge.dispose()]);
});
