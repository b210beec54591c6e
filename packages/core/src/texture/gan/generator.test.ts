import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { readSafetensors, tensorOf } from '../../linalg/safetensors.ts';
import { createRuntime } from '../../runtime/index.ts';
import { constant, input } from '../../tensor/index.ts';
import { discriminate } from './discriminator.ts';
import { generate } from './generator.ts';

/** Random weights and what the training script in PyTorch makes of them: `train_gan.py fixture --widths 6,5,4 --latent 8`. */
const file = readSafetensors(readFileSync(new URL('./tiny-gan.safetensors', import.meta.url)));
const architecture = {
  latentSize: Number(file.metadata.latentSize),
  widths: JSON.parse(file.metadata.widths) as number[],
};
const stored = (name: string) => tensorOf(file, name, 'F32');
const weights = (network: string) =>
  Object.fromEntries(
    Object.entries(file.tensors)
      .filter(([name]) => name.startsWith(`${network}.`))
      .map(([name, { shape, data }]) => [
        name.slice(network.length + 1),
        constant(data as Float32Array, shape),
      ]),
  );

test('generate, discriminate: agree with the same networks in PyTorch, faded and full', async () => {
  const latent = input('latent', stored('latent').shape);
  const picture = input('picture', stored('faded').shape);
  const alpha = input('alpha', []);
  const [generator, discriminator] = [weights('generator'), weights('discriminator')];
  const outputs = {
    faded: generate(generator, latent, architecture, { resolution: 16, alpha }),
    full: generate(generator, latent, architecture, { resolution: 16 }),
    fadedScores: discriminate(discriminator, picture, architecture, { resolution: 16, alpha: 0.3 }),
    scores: discriminate(discriminator, picture, architecture, { resolution: 16 }),
  };
  const graph = await createRuntime(ort, { threads: 1 }).compile(outputs);
  const found = await graph.run({
    latent: stored('latent').data,
    picture: stored('faded').data,
    alpha: Float32Array.of(0.3),
  });
  for (const name of Object.keys(outputs) as (keyof typeof outputs)[]) {
    const expected = stored(name).data;
    expect(found[name].length).toBe(expected.length);
    const scale = Math.max(...expected.map(Math.abs));
    const worst = expected.reduce((most, x, i) => Math.max(most, Math.abs(x - found[name][i])), 0);
    expect(worst / scale, name).toBeLessThan(5e-5);
  }
  await graph.dispose();
});
