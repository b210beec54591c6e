import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { createRuntime } from '../../runtime/index.ts';
import { packPca } from './pca-file.ts';
import { projectTexture } from './project-texture.ts';
import { syntheticSet } from './synthetic-set.ts';
import { pcaTexture } from './texture-pca.ts';
import { trainPca } from './train-pca.ts';

const runtime = createRuntime(ort, { threads: 1 });
const SIZE = 16;
const lossless = { plan: [{ resolution: SIZE, channels: 3 }], steps: [1e-4] } as const;

test('trainPca: finds people of low rank behind patches that hide a quarter of each', async () => {
  const { set } = syntheticSet(60, SIZE, 1);
  const others = syntheticSet(8, SIZE, 2);
  const errorOf = async (rounds: number): Promise<number> => {
    const options = { components: 4, rounds, fill: 4, floor: 0, tolerance: 0 };
    const packed = packPca((await trainPca(runtime, set, options)).pca, lossless);
    const mean = pcaTexture(packed, []);
    let [error, spread] = [0, 0];
    others.truth.forEach((truth, n) => {
      const color = Float32Array.from(others.set.maps[n], (byte) => byte / 127.5 - 1);
      const partial = { size: SIZE, color, confidence: others.set.weights[n] };
      const found = pcaTexture(packed, projectTexture(packed, partial, { resolution: SIZE, prior: 0.01 }));
      truth.forEach((value, i) => {
        error += (value - found[i]) ** 2;
        spread += (value - mean[i]) ** 2;
      });
    });
    return Math.sqrt(error / spread);
  };
  const [once, often] = [await errorOf(1), await errorOf(20)];
  expect(often).toBeLessThan(0.15);
  expect(often).toBeLessThan(0.5 * once);
});

test('trainPca: latents of left-out people have the variance one', async () => {
  const { set } = syntheticSet(50, SIZE, 3, false);
  const { pca } = await trainPca(runtime, set, { components: 4, rounds: 2 });
  const packed = packPca(pca, lossless);
  const others = syntheticSet(150, SIZE, 4, false);
  const sums = new Float64Array(4);
  for (const map of others.set.maps) {
    const color = Float32Array.from(map, (byte) => byte / 127.5 - 1);
    const latent = projectTexture(
      packed,
      { size: SIZE, color, confidence: new Float32Array(SIZE ** 2).fill(1) },
      { resolution: SIZE, prior: 1e-6 },
    );
    latent.forEach((value, k) => {
      sums[k] += value ** 2 / others.set.maps.length;
    });
  }
  for (const variance of sums) {
    expect(variance).toBeGreaterThan(0.6);
    expect(variance).toBeLessThan(1.6);
  }
});

test('trainPca: what departs from all skins is not learnt, and who does so as a whole is left out', async () => {
  const { set } = syntheticSet(60, SIZE, 5, false);
  // One photo is no skin at all; another wears a black bar that its weights do not tell of.
  set.maps[7].forEach((_, i) => {
    set.maps[7][i] = i % 2 === 0 ? 255 : 0;
  });
  for (let i = 0; i < 3 * SIZE * SIZE; i++) if (Math.floor(i / SIZE) % SIZE === 5) set.maps[9][i] = 0;
  const options = { components: 4, fill: 6 };
  const { strangers, pca } = await trainPca(runtime, set, options);
  expect(strangers.map(({ photo }) => photo)).toContain(7);
  const { set: all } = syntheticSet(60, SIZE, 5, false);
  const rest = { ...all, maps: all.maps.toSpliced(7, 1), weights: all.weights.toSpliced(7, 1) };
  const { pca: clean } = await trainPca(runtime, rest, options);
  const half = SIZE / 2;
  const bar = [...pca.mean.keys()].filter((i) => Math.floor(i / half) % SIZE === 5);
  const change = bar.reduce((sum, i) => sum + clean.mean[i] - pca.mean[i], 0) / bar.length;
  const black = bar.reduce((sum, i) => sum + clean.mean[i] + 1, 0) / bar.length / 59;
  expect(change).toBeLessThan(0.5 * black);
});

test('trainPca: one side brighter than the other is light and is dropped', async () => {
  // The same people in finer maps, where smooth can be told from detailed.
  const { set } = syntheticSet(40, 4 * SIZE, 1, false);
  const { pca, latents, photos } = await trainPca(runtime, set, { components: 4, rounds: 1 });
  expect([...pca.parities]).toEqual([1, 1, 1]);
  expect(latents.length).toBe(3 * photos.length);
});

test('trainPca: the same set gives the same bytes, too few photos are refused, and it stops when told', async () => {
  const { set } = syntheticSet(24, SIZE, 6);
  const [first, second] = [
    await trainPca(runtime, set, { components: 3 }),
    await trainPca(runtime, set, { components: 3 }),
  ];
  expect(first.pca.component(2)).toEqual(second.pca.component(2));
  const few = { ...set, maps: set.maps.slice(0, 5) };
  await expect(trainPca(runtime, few, { components: 3 })).rejects.toThrow(/at least 10 textures/);
  const signal = AbortSignal.abort();
  await expect(trainPca(runtime, set, { components: 3, signal })).rejects.toThrow(/stopped/);
});
