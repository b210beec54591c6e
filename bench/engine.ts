/**
 * What a gradient costs: the time of forward and backward pass over that of the forward pass alone, in one run.
 *
 *   npm run bench -- engine
 */
import { gradients, input, mul, square, sum } from '../packages/core/src/tensor/index.ts';
import { nodeRuntime } from '../packages/ganfit/src/runtime.ts';
import { progressiveGenerator } from './progressive-generator.ts';
import { bestOf } from './timing.ts';

const runtime = nodeRuntime({ threads: 2 });

async function generatorRow(): Promise<void> {
  const latent = input('latent', [1, 256]);
  const picture = progressiveGenerator(latent);
  const loss = mul(sum(square(picture)), 0.5);
  const forward = await runtime.compile({ loss });
  const both = await runtime.compile({ loss, gradient: gradients(loss, [latent])[0] });
  const feeds = { latent: Float32Array.from({ length: 256 }, (_, i) => Math.sin(i)) };
  const best = await bestOf({ forward: () => forward.run(feeds), both: () => both.run(feeds) }, 15);
  print('progressive generator, 256 x 256', best);
  await forward.dispose();
  await both.dispose();
}

function print(name: string, { forward, both }: { readonly forward: number; readonly both: number }): void {
  console.log(
    `${name.padEnd(36)} forward ${forward.toFixed(1)} ms, with gradient ${both.toFixed(1)} ms, ratio ${(both / forward).toFixed(2)}`,
  );
}

await generatorRow();
