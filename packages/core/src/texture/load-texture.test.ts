import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
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
