import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { GanfitError } from '../../error.ts';
import { randomStream } from '../../random/index.ts';
import { createRuntime } from '../../runtime/index.ts';
import { input } from '../../tensor/index.ts';
import { equalize, generatorShapes } from './architecture.ts';
import { generate } from './generator.ts';
import { loadGenerator, writeGenerator } from './generator-file.ts';
import { mapsAt, type TextureSet } from './texture-set.ts';
import { trainGan } from './train.ts';
import type { GanTrainingOptions } from './training-options.ts';
import {
  type GanTrainingState,
  readCheckpoint,
  startTraining,
  trainedGenerator,
  writeCheckpoint,
} from './training-state.ts';

const runtime = createRuntime(ort, { threads: 1 });

/** Half of the maps are dark and warm, half light and cool, each with a little noise. */
function twoKinds(resolution: number, count = 64): TextureSet {
  const random = randomStream(9, 'maps');
  const data = new Uint8Array(count * 3 * resolution * resolution);
  for (let i = 0; i < data.length; i++) {
    const map = Math.floor(i / (3 * resolution * resolution));
    const channel = Math.floor(i / resolution ** 2) % 3;
    const level = map % 2 ? 60 - 15 * channel : 180 + 15 * channel;
    data[i] = Math.round(level + 4 * random.normal());
  }
  return { count, resolution, data, topologyDigest: 'toy' };
}

async function samples(state: GanTrainingState, resolution: number, count: number): Promise<Float32Array> {
  const latent = input('latent', [count, state.architecture.latentSize]);
  const shapes = generatorShapes(state.architecture);
  const weights = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, input(name, shape)]),
  );
  const texture = generate(equalize(weights), latent, state.architecture, { resolution });
  const graph = await runtime.compile({ texture });
  const random = randomStream(1, 'samples');
  const at = Float32Array.from({ length: count * state.architecture.latentSize }, () => random.normal());
  const found = await graph.run({ ...state.average, latent: at });
  await graph.dispose();
  return found.texture;
}

for (const kind of ['wgan-gp', 'non-saturating'] as const) {
  test(`trainGan, ${kind}: learns both kinds of a set of two`, { timeout: 60_000 }, async () => {
    const architecture = { latentSize: 8, widths: [12] };
    const state = await trainGan(runtime, twoKinds(4), {
      architecture,
      phases: [{ resolution: 4, images: 16 * 700 }],
      batch: 16,
      loss: { kind },
      learningRate: 0.01,
      averageHalfLife: 500,
    });
    const made = await samples(state, 4, 200);
    // The mean of the blue channel tells the kinds apart: (30 / 127.5 - 1) and (210 / 127.5 - 1).
    const blues = Array.from({ length: 200 }, (_, n) => {
      const plane = made.slice(n * 48 + 32, n * 48 + 48);
      return plane.reduce((a, b) => a + b) / 16;
    });
    const near = (level: number) => blues.filter((blue) => Math.abs(blue - (level / 127.5 - 1)) < 0.2).length;
    expect(near(30)).toBeGreaterThan(40);
    expect(near(210)).toBeGreaterThan(40);
    expect(near(30) + near(210)).toBeGreaterThan(140);
  });
}

test('trainGan: goes on from a checkpoint with the same numbers as without a stop', async () => {
  const architecture = { latentSize: 5, widths: [5, 4] };
  const options: GanTrainingOptions = {
    architecture,
    // A fading level, its full part, lazy penalties and augmentation are all crossed by the stop.
    phases: [
      { resolution: 4, images: 16 },
      { resolution: 8, images: 48 },
    ],
    batch: 8,
    loss: { kind: 'non-saturating' },
    penaltyEvery: 2,
    augmentation: 'adaptive',
    seed: 3,
  };
  const set = twoKinds(8);
  const whole = await trainGan(runtime, set, options);
  expect(whole).toMatchObject({ steps: 8, images: 64 });
  const stop = new AbortController();
  const half = await trainGan(runtime, set, options, {
    signal: stop.signal,
    onStep: ({ state }) => {
      if (state.steps === 3) stop.abort();
    },
  });
  expect(half.steps).toBe(3);
  const bytes = writeCheckpoint(half);
  const resumed = await trainGan(runtime, set, options, { state: readCheckpoint(bytes, { architecture }) });
  expect(writeCheckpoint(resumed)).toEqual(writeCheckpoint(whole));
  expect(resumed.average['8.conv1.weight']).not.toEqual(half.average['8.conv1.weight']);
});

test('trainGan: options and maps that do not fit are refused with a sentence', async () => {
  const architecture = { latentSize: 4, widths: [4, 4] };
  const failure = async (options: Partial<GanTrainingOptions>) => {
    const phases = [{ resolution: 8, images: 8 }];
    const error = await trainGan(runtime, twoKinds(4), { architecture, phases, ...options }).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(GanfitError);
    return (error as GanfitError).message;
  };
  expect(await failure({ batch: 6 })).toBe('training: the batch must be a multiple of 4, got 6.');
  expect(await failure({})).toBe(
    'training: there must be maps of at least 8 x 8, got 64 of 4 x 4. Unwrap photos at this size, or train at a smaller one.',
  );
  expect(await failure({ phases: [8, 4].map((resolution) => ({ resolution, images: 8 })) })).toContain(
    'got 8:8 4:8',
  );
});

test('trainedGenerator: what is shipped shows the averaged textures, up to the resolution that was reached', async () => {
  const state = startTraining({ latentSize: 8, widths: [6, 5, 4] }, 2, 'toy');
  const stored = trainedGenerator(state, 'toy', 8);
  const model = loadGenerator(writeGenerator(stored));
  expect(model).toMatchObject({ resolutions: [4, 8], topologyDigest: 'toy' });
  const latent = input('latent', [3, 8]);
  const graph = await runtime.compile({ texture: model.synthesize(latent) });
  const random = randomStream(1, 'samples');
  const { texture } = await graph.run({ latent: Float32Array.from({ length: 24 }, () => random.normal()) });
  const expected = await samples(state, 8, 3);
  const scale = Math.max(...expected.map(Math.abs));
  expect(Math.max(...texture.map((x, i) => Math.abs(x - expected[i]))) / scale).toBeLessThan(0.05);
  await graph.dispose();
});

test('readCheckpoint: another architecture or UV layout is refused', () => {
  const architecture = { latentSize: 4, widths: [4] };
  const bytes = writeCheckpoint(startTraining(architecture, 1, 'one'));
  expect(readCheckpoint(bytes, { architecture, topologyDigest: 'one' }).images).toBe(0);
  expect(() => readCheckpoint(bytes, { architecture: { latentSize: 4, widths: [6] } })).toThrow(
    'got widths 4 and latent 4',
  );
  expect(() => readCheckpoint(bytes, { topologyDigest: 'two' })).toThrow("data set's UV layout two, got one");
});

test('mapsAt: averages over tiles', () => {
  const set = {
    count: 1,
    resolution: 2,
    data: Uint8Array.of(0, 4, 8, 12, 1, 1, 1, 1, 255, 255, 0, 0),
    topologyDigest: '',
  };
  expect([...mapsAt(set, 1)]).toEqual([6, 1, 128]);
});
