import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { GanfitError } from '../../error.ts';
import { readSafetensors, writeSafetensors } from '../../linalg/safetensors.ts';
import { randomStream } from '../../random/index.ts';
import { createRuntime } from '../../runtime/index.ts';
import { gradients, input, mean, square } from '../../tensor/index.ts';
import { drawWeights, gainOf, generatorShapes } from './architecture.ts';
import { loadGenerator, readGenerator, writeGenerator } from './generator-file.ts';

const architecture = { latentSize: 16, widths: [12, 8, 6] };
const shapes = generatorShapes(architecture);
const drawn = drawWeights(shapes, randomStream(3, 'weights'));
const weights = Object.fromEntries(
  Object.entries(drawn).map(([name, data]) => [name, data.map((x) => x * gainOf(name, shapes[name]))]),
);
const bytes = writeGenerator({ name: 'tiny', architecture, topologyDigest: 'abc', weights });
const runtime = createRuntime(ort, { threads: 1 });

test('a generator survives its file: every weight to half a step of its channel', () => {
  const read = readGenerator(bytes);
  expect(read.architecture).toEqual(architecture);
  for (const [name, shape] of Object.entries(shapes)) {
    const length = weights[name].length / shape[0];
    for (let row = 0; row < shape[0]; row++) {
      const part = weights[name].subarray(row * length, (row + 1) * length);
      const step = name.endsWith('bias') || name.includes('rgb') ? 0 : Math.max(...part.map(Math.abs)) / 127;
      for (let i = 0; i < length; i++) {
        expect(Math.abs(read.weights[name][row * length + i] - part[i])).toBeLessThanOrEqual(0.501 * step);
      }
    }
  }
});

test('a loaded generator is a texture model: several resolutions, only the direction of the latent counts, gradients flow', async () => {
  const model = loadGenerator(bytes);
  expect(model).toMatchObject({
    name: 'tiny',
    latentSize: 16,
    resolutions: [4, 8, 16],
    topologyDigest: 'abc',
  });
  const latent = input('latent', [1, 16]);
  const texture = model.synthesize(latent);
  expect(texture.shape).toEqual([1, 3, 16, 16]);
  expect(model.synthesize(latent, { resolution: 8 }).shape).toEqual([1, 3, 8, 8]);
  const [slope] = gradients(mean(square(texture)), [latent]);
  const graph = await runtime.compile({ texture, slope });
  const random = randomStream(4, 'latent');
  const at = Float32Array.from({ length: 16 }, () => random.normal());
  const one = await graph.run({ latent: at });
  const three = await graph.run({ latent: at.map((x) => 3 * x) });
  for (let i = 0; i < one.texture.length; i++) expect(three.texture[i]).toBeCloseTo(one.texture[i], 4);
  // Along the latent itself nothing changes, so the gradient is at right angles to it.
  const along = one.slope.reduce((total, value, i) => total + value * at[i], 0);
  expect(Math.hypot(...one.slope)).toBeGreaterThan(1e-3);
  expect(Math.abs(along) / Math.hypot(...one.slope)).toBeLessThan(1e-3);
  await graph.dispose();
});

test('wrong resolutions and latents are refused with a sentence', () => {
  const model = loadGenerator(bytes);
  expect(() => model.synthesize(input('latent', [1, 16]), { resolution: 32 })).toThrow(
    'texture GAN: the resolution must be one of 4, 8, 16, got 32. Choose one of these.',
  );
  expect(() => model.synthesize(input('latent', [1, 5]))).toThrow(
    'texture GAN: the latent must be [N, 16], got [1,5].',
  );
});

test('files of another kind or with parts missing are refused with what to do', () => {
  const file = readSafetensors(bytes);
  const failure = (change: Partial<typeof file>) => {
    try {
      loadGenerator(writeSafetensors({ ...file, ...change }));
    } catch (error) {
      expect(error).toBeInstanceOf(GanfitError);
      return (error as GanfitError).message;
    }
    return 'nothing';
  };
  expect(failure({ metadata: { ...file.metadata, format: 'ganfit-texture-gan-9' } })).toBe(
    "loadGenerator: the file's format must be ganfit-texture-gan-1, got ganfit-texture-gan-9. Use a file that belongs to this version.",
  );
  expect(failure({ metadata: { ...file.metadata, widths: '[12,8]x' } })).toContain(
    'widths and latentSize must be',
  );
  const { ['8.conv1.weight']: _, ...rest } = file.tensors;
  expect(failure({ tensors: rest })).toBe(
    'loadGenerator: "8.conv1.weight" must be [8,8,3,3], got nothing. Fetch the file again.',
  );
  const { ['8.conv1.weight.scale']: __, ...unscaled } = file.tensors;
  expect(failure({ tensors: unscaled })).toContain('bytes with 8 scales');
});
