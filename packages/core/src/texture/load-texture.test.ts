import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { readSafetensors } from '../linalg/safetensors.ts';
import { randomStream } from '../random/index.ts';
import { drawWeights, generatorShapes } from './gan/architecture.ts';
import { writeGenerator } from './gan/generator-file.ts';
import { loadTexture } from './load-texture.ts';

const PCA = new URL('../../../models/texture-pca.safetensors', import.meta.url);

it('loadTexture: opens components and generators alike, for their own UV layout alone', async () => {
  const pca = await readFile(PCA);
  const digest = /"topologyDigest":"([0-9a-f]{64})"/.exec(pca.subarray(8, 20_000).toString())?.[1] ?? '';
  expect(loadTexture(pca, digest).model).toMatchObject({ linear: true });
  expect(loadTexture(pca, digest).metadata.license).toContain('CC');

  const architecture = { latentSize: 3, widths: [4, 2] };
  const weights = drawWeights(generatorShapes(architecture), randomStream(1, 'test'));
  const bytes = writeGenerator({
    name: 'tiny',
    topologyDigest: digest,
    architecture,
    weights,
    metadata: { license: 'none' },
  });
  expect(loadTexture(bytes, digest)).toMatchObject({
    model: { name: 'tiny', latentPrior: 'sphere', resolutions: [4, 8] },
    metadata: { license: 'none' },
  });
  expect(() => loadTexture(bytes, '0'.repeat(64))).toThrow(/UV layout 0+, got/);
});

it('loadTexture: the generator that is shipped stands on components made as those that are shipped', async () => {
  const [pca, gan] = await Promise.all([readFile(PCA), readFile(new URL('texture-gan.safetensors', PCA))]);
  const digest = /"topologyDigest":"([0-9a-f]{64})"/.exec(pca.subarray(8, 20_000).toString())?.[1] ?? '';
  const { model, metadata } = loadTexture(new Uint8Array(gan), digest);
  expect(model).toMatchObject({
    latentSize: 804,
    resolutions: [64, 128, 256, 512],
    base: { latentSize: 511 },
    skinColors: { rank: 3 },
  });
  expect(metadata.license).toContain('CC BY 4.0');
  const { data } = readSafetensors(new Uint8Array(gan)).tensors['base'];
  const [base, own] = [data as Uint8Array, pca].map(
    (file) => loadTexture(new Uint8Array(file), digest).metadata,
  );
  expect(base['license']).toBe(own['license']);
});
