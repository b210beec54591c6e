import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gradients, input, square, sum } from '@ganfit/core/tensor';
import { type PcaTextureModel, pcaTexture, projectTexture } from '@ganfit/core/texture';
import { expect, test } from 'vitest';
import { nodeRuntime } from './runtime.ts';
import { readShape } from './shape-file.ts';
import { readTexture, shippedTexture } from './texture-file.ts';

const { model: shape } = await readShape();
const { model: ours, digest, license } = await readTexture(shape.topologyDigest);
const model = ours as PcaTextureModel;

test('the texture model that comes along: fits the shape model, is small, and has the size of the paper', async () => {
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(license).toContain('CC BY 4.0');
  expect(model.latentSize).toBeGreaterThanOrEqual(158);
  expect(model.resolutions).toEqual([64, 128, 256, 512]);
  const path = createRequire(import.meta.url).resolve('@ganfit/models/texture-pca.safetensors');
  expect((await stat(path)).size).toBeLessThan(8e6);
});

test('the texture model that comes along: its mean is skin, and mirror-symmetric', () => {
  const size = 128;
  const mean = pcaTexture(model.pca, [], size);
  const plane = size * size;
  const average = [0, 1, 2].map((c) =>
    mean.subarray(c * plane, (c + 1) * plane).reduce((a, x) => a + x / plane, 0),
  );
  expect(average[0]).toBeGreaterThan(average[1] + 0.1);
  expect(average[1]).toBeGreaterThan(average[2]);
  for (let i = 0; i < 3 * plane; i++) {
    const mirrored = i - (i % size) + size - 1 - (i % size);
    expect(Math.abs(mean[i] - mean[mirrored])).toBeLessThan(1e-6);
  }
});

test('the texture model that comes along: a descent on the traced texture ends where the closed form is', async () => {
  const { pca } = model;
  const random = Float32Array.from({ length: pca.count }, (_, k) => Math.sin(3 * k));
  const goal = pcaTexture(pca, random, 64);
  const found = projectTexture(
    pca,
    { size: 64, color: goal, confidence: new Float32Array(64 * 64).fill(1) },
    { prior: 1e-6 },
  );
  const latent = input('latent', [1, pca.count]);
  const loss = sum(square(model.synthesize(latent, { resolution: 64 })));
  const graph = await nodeRuntime({ threads: 1 }).compile({
    texture: model.synthesize(latent, { resolution: 64 }),
    gradient: gradients(loss, [latent])[0],
  });
  const { texture, gradient } = await graph.run({ latent: found });
  await graph.dispose();
  const worst = texture.reduce((most, value, i) => Math.max(most, Math.abs(value - goal[i])), 0);
  expect(worst).toBeLessThan(0.02);
  expect(gradient.some((value) => value !== 0)).toBe(true);
});

test('readTexture: names of those that come along, which their digests find again', async () => {
  const gan = await readTexture(shape.topologyDigest, 'gan');
  expect((await readTexture(shape.topologyDigest, 'pca')).digest).toBe(digest);
  expect(gan.model.latentSize).toBe(804);
  expect((await shippedTexture(shape.topologyDigest, gan.digest))?.model.latentSize).toBe(804);
  expect((await shippedTexture(shape.topologyDigest, digest))?.model.latentSize).toBe(model.latentSize);
  expect(await shippedTexture(shape.topologyDigest, 'of another file')).toBeUndefined();
});

test('readTexture: refuses another UV layout, files that are none, and files that are not there', async () => {
  await expect(readTexture('0'.repeat(64))).rejects.toThrow(/UV layout 0+, got/);
  await expect(readTexture(shape.topologyDigest, '/nowhere.safetensors')).rejects.toThrow(/Check the path/);
  const folder = await mkdtemp(join(tmpdir(), 'ganfit-texture-'));
  try {
    const path = join(folder, 'broken.safetensors');
    const file = createRequire(import.meta.url).resolve('@ganfit/models/texture-pca.safetensors');
    const bytes = await readFile(file);
    bytes[bytes.length - 9] ^= 1;
    await writeFile(path, bytes);
    await expect(readTexture(shape.topologyDigest, path)).rejects.toThrow(/checksum/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
