import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { createRuntime } from '../../runtime/index.ts';
import { constant, matmul, reshape, tanh } from '../../tensor/index.ts';
import type { TextureModel } from '../model.ts';
import { packPca } from '../pca/pca-file.ts';
import { pcaModel } from '../pca/pca-model.ts';
import { pcaTexture } from '../pca/texture-pca.ts';
import { textureInverter } from './invert-texture.ts';

const runtime = createRuntime(ort, { threads: 1 });
const SIZE = 16;
const half = [0, 1, 2].map((k) =>
  Float32Array.from({ length: (3 * SIZE * SIZE) / 2 }, (_, i) => 0.2 * Math.sin((k + 1) * 0.07 * i + k)),
);
const full = {
  name: 'test',
  topologyDigest: 'digest',
  count: 3,
  parities: Int8Array.of(1, 1, -1),
  size: SIZE,
  mean: new Float32Array((3 * SIZE * SIZE) / 2),
  component: (k: number) => half[k],
  detailColor: [0.6, 0.6, 0.53] as const,
  residual: 0.05,
  metadata: {},
};
const pca = packPca(full, { plan: [{ resolution: SIZE, channels: 3 }], steps: [1e-5] });

test('textureInverter: outliers that bend the closed form do not bend the absolute difference', async () => {
  const truth = [0.8, -1.2, 0.5];
  const color = pcaTexture(pca, truth);
  for (let i = 0; i < color.length; i += 12) color[i] = 1;
  const { invert, dispose } = await textureInverter(runtime, pcaModel(pca), { resolution: SIZE, steps: 200 });
  const { latent } = await invert({ size: SIZE, color, confidence: new Float32Array(SIZE * SIZE).fill(1) });
  await dispose();
  latent.forEach((value, k) => {
    expect(value).toBeCloseTo(truth[k], 1);
  });
});

test('textureInverter: a model without closed form is found from several starts', async () => {
  const basis = constant(
    Float32Array.from({ length: 2 * 3 * SIZE * SIZE }, (_, i) => Math.sin(0.013 * i)),
    [2, 3 * SIZE * SIZE],
  );
  const model: TextureModel = {
    name: 'bent',
    latentSize: 2,
    resolutions: [SIZE],
    topologyDigest: 'digest',
    synthesize: (latent) => reshape(tanh(matmul(latent, basis)), [1, 3, SIZE, SIZE]),
  };
  const color = Float32Array.from({ length: 3 * SIZE * SIZE }, (_, i) =>
    Math.tanh(0.7 * Math.sin(0.013 * i) - 0.4 * Math.sin(0.013 * (i + 3 * SIZE * SIZE))),
  );
  const { invert, dispose } = await textureInverter(runtime, model, { resolution: SIZE, steps: 150 });
  const { loss } = await invert({ size: SIZE, color, confidence: new Float32Array(SIZE * SIZE).fill(1) });
  await dispose();
  expect(loss).toBeLessThan(0.02);
});
