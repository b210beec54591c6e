/**
 * What a gradient costs: the time of forward and backward pass over that of the forward pass alone, in one run.
 * On a busy machine trust the core milliseconds.
 *
 *   npm run bench -- engine
 */
import { gradients, importOnnx, input, mul, square, sum } from '../packages/core/src/tensor/index.ts';
import { modelFile } from '../packages/ganfit/src/models/cache.ts';
import { nodeRuntime } from '../packages/ganfit/src/runtime.ts';
import { progressiveGenerator } from './progressive-generator.ts';
import { bestOf, type Timing } from './timing.ts';

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

/** The network that compares identities, differentiated by the picture it sees. At most 3.3 is expected. */
async function identityRow(): Promise<void> {
  const crop = input('input', [1, 3, 112, 112]);
  const { output } = importOnnx(await modelFile('face-identity'), { input: crop });
  const loss = mul(sum(square(output)), 0.5);
  const forward = await runtime.compile({ output });
  const both = await runtime.compile({ loss, gradient: gradients(loss, [crop])[0] });
  const feeds = { input: Float32Array.from({ length: 3 * 112 * 112 }, (_, i) => Math.sin(i) / 2) };
  const best = await bestOf({ forward: () => forward.run(feeds), both: () => both.run(feeds) }, 60);
  print('identity network, 112 x 112', best);
  await forward.dispose();
  await both.dispose();
}

function print(name: string, { forward, both }: { readonly forward: Timing; readonly both: Timing }): void {
  const row = (unit: string, a: number, b: number) =>
    `${unit}: forward ${a.toFixed(1)}, with gradient ${b.toFixed(1)}, ratio ${(b / a).toFixed(2)}`;
  console.log(name);
  console.log(`  ${row('wall ms', forward.wall, both.wall)}`);
  console.log(`  ${row('core ms', forward.cpu, both.cpu)}`);
}

await generatorRow();
await identityRow();
