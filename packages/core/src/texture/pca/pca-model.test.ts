import * as ort from 'onnxruntime-node';
import { beforeAll, expect, test } from 'vitest';
import { randomStream } from '../../random/index.ts';
import { createRuntime } from '../../runtime/index.ts';
import { gradients, input, mul, sum } from '../../tensor/index.ts';
import type { LevelPlan } from './build-levels.ts';
import { packPca, readPca, writePca } from './pca-file.ts';
import { pcaModel } from './pca-model.ts';
import { projectTexture } from './project-texture.ts';
import { pcaTexture, type TexturePca } from './texture-pca.ts';

const SIZE = 32;
const COUNT = 5;
const plan: readonly LevelPlan[] = [
  { resolution: 8, channels: 3 },
  { resolution: 16, channels: 1 },
  { resolution: 32, channels: 1 },
];
const steps = [2e-3, 2e-3, 2e-3];
const runtime = createRuntime(ort, { threads: 1 });
const random = randomStream(11, 'pca model');
const half = Array.from({ length: COUNT }, () =>
  Float32Array.from(
    { length: (3 * SIZE * SIZE) / 2 },
    (_, i) => 0.1 * Math.sin(i / 40) + 0.03 * random.normal(),
  ),
);
const full = {
  name: 'test',
  topologyDigest: 'digest',
  count: COUNT,
  parities: Int8Array.of(1, -1, 1, 1, -1),
  size: SIZE,
  mean: Float32Array.from({ length: (3 * SIZE * SIZE) / 2 }, (_, i) => 0.5 * Math.sin(i / 100)),
  component: (k: number) => half[k],
  detailColor: [0.6, 0.6, Math.sqrt(0.28)] as const,
  residual: 0.05,
  metadata: { license: 'none' },
};
let pca: TexturePca;
let bytes: Uint8Array;

beforeAll(() => {
  pca = packPca(full, { plan, steps });
  bytes = writePca(pca, steps);
});

test('synthesize: equals the plain texture at every resolution', async () => {
  const model = pcaModel(pca);
  expect(model.resolutions).toEqual([8, 16, 32]);
  const latents = Float32Array.from({ length: 2 * COUNT }, () => random.normal());
  for (const resolution of model.resolutions) {
    const graph = await runtime.compile({
      texture: model.synthesize(input('latent', [2, COUNT]), { resolution }),
    });
    const { texture } = await graph.run({ latent: latents });
    for (const n of [0, 1]) {
      const plain = pcaTexture(pca, latents.subarray(n * COUNT, (n + 1) * COUNT), resolution);
      const part = texture.subarray(n * plain.length, (n + 1) * plain.length);
      const worst = plain.reduce((most, value, i) => Math.max(most, Math.abs(value - part[i])), 0);
      expect(worst, `${resolution}`).toBeLessThan(1e-5);
    }
    await graph.dispose();
  }
});

test('synthesize: its gradient agrees with differences', async () => {
  const latent = input('latent', [1, COUNT]);
  const weights = input('weights', [1, 3, SIZE, SIZE]);
  const loss = sum(mul(pcaModel(pca).synthesize(latent), weights));
  const graph = await runtime.compile({ loss, gradient: gradients(loss, [latent])[0] });
  const at = Float32Array.from({ length: COUNT }, () => random.normal());
  const feeds = { weights: Float32Array.from({ length: 3 * SIZE * SIZE }, () => random.normal()) };
  const { gradient } = await graph.run({ ...feeds, latent: at });
  for (let k = 0; k < COUNT; k++) {
    const moved = (step: number) => at.map((value, i) => value + (i === k ? step : 0));
    const [above, below] = [
      await graph.run({ ...feeds, latent: moved(0.5) }),
      await graph.run({ ...feeds, latent: moved(-0.5) }),
    ];
    // The texture is linear in its latent: differences have no error but rounding.
    expect(Math.abs(above.loss[0] - below.loss[0] - gradient[k])).toBeLessThan(
      2e-3 * Math.max(1, Math.abs(gradient[k])),
    );
  }
  await graph.dispose();
});

test('synthesize: refuses other resolutions and latents', () => {
  const model = pcaModel(pca);
  expect(() => model.synthesize(input('z', [1, COUNT]), { resolution: 64 })).toThrow(
    /one of 8, 16, 32, got 64/,
  );
  expect(() => model.synthesize(input('z', [1, COUNT + 1]))).toThrow(/must be \[N, 5\]/);
});

test('packPca: the pyramid gives back what is smooth, and brightness at all scales', () => {
  // One step in each layer, and colors of fine detail, are what may be lost.
  const lossless = packPca(full, { plan: [{ resolution: SIZE, channels: 3 }], steps: [1e-5] });
  const latent = [1, -1, 0.5, 2, 1];
  const [exact, packed] = [pcaTexture(lossless, latent), pcaTexture(pca, latent)];
  const bright = (map: Float32Array, i: number) =>
    full.detailColor.reduce((total, weight, c) => total + weight * map[c * SIZE * SIZE + i], 0);
  for (let i = 0; i < SIZE * SIZE; i++)
    expect(Math.abs(bright(exact, i) - bright(packed, i))).toBeLessThan(0.02);
});

test('writePca, readPca: a file gives the same model and again the same bytes', () => {
  const read = readPca(bytes, 'digest');
  expect(read.levels.map(({ resolution }) => resolution)).toEqual([8, 16, 32]);
  expect(read.metadata['license']).toBe('none');
  const latent = [0.3, -1, 2, 0, 1];
  const [before, after] = [pcaTexture(pca, latent), pcaTexture(read, latent)];
  const worst = before.reduce((most, value, i) => Math.max(most, Math.abs(value - after[i])), 0);
  expect(worst).toBeLessThan(1e-6);
  expect(writePca(read, steps)).toEqual(bytes);
});

test('readPca: refuses damage, other kinds and other UV layouts', () => {
  const damaged = bytes.slice();
  damaged[damaged.length - 3] ^= 4;
  expect(() => readPca(damaged)).toThrow(/checksum/);
  expect(() => readPca(bytes, 'another')).toThrow(/UV layout another, got digest/);
  expect(() => readPca(new Uint8Array(4))).toThrow(/header/);
});

test('projectTexture: finds the latent of a texture that is half hidden', () => {
  const latent = [1, -2, 0.5, 0.2, -1];
  const color = pcaTexture(pca, latent);
  const confidence = Float32Array.from({ length: SIZE * SIZE }, (_, i) => (i % SIZE < SIZE / 2 ? 1 : 0));
  for (let i = 0; i < color.length; i++) if (i % SIZE >= SIZE / 2) color[i] = -1;
  const found = projectTexture(pca, { size: SIZE, color, confidence }, { resolution: SIZE, prior: 1e-6 });
  found.forEach((value, k) => {
    expect(value).toBeCloseTo(latent[k], 2);
  });
  // Nothing known: the mean person.
  const nothing = projectTexture(pca, { size: SIZE, color, confidence: new Float32Array(SIZE * SIZE) });
  expect(Math.max(...nothing.map(Math.abs))).toBe(0);
});

test('writePca: skin colors of people come back, and files without them are read as before', () => {
  expect(readPca(bytes, 'digest').skinColors).toBeUndefined();
  const skinColors = {
    directions: Float32Array.from({ length: 2 * COUNT }, (_, i) => i / 10),
    rank: 2,
    weights: Float32Array.of(0.25, 0.75),
    means: Float32Array.of(1, 2, 3, 4),
    roots: Float32Array.of(1, 0, 0.5, 1, 2, 0, 0, 1),
    reach: 2.2,
  };
  const again = readPca(writePca({ ...pca, skinColors }, steps), 'digest');
  expect(again.skinColors).toEqual(skinColors);
  expect(pcaModel(again).skinColors).toEqual(skinColors);
  expect([...pcaTexture(again, [1, -1])]).toEqual([...pcaTexture(readPca(bytes), [1, -1])]);
  const torn = { ...skinColors, reach: Number.NaN };
  expect(() => readPca(writePca({ ...pca, skinColors: torn }, steps))).toThrow(
    'directions and parts of the skin colors must fit each other',
  );
});
