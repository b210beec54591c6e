import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { GanfitError } from '../../error.ts';
import { readSafetensors, writeSafetensors } from '../../linalg/safetensors.ts';
import { randomStream } from '../../random/index.ts';
import { createRuntime } from '../../runtime/index.ts';
import { constant, gradients, input, mul, sum } from '../../tensor/index.ts';
import { loadTexture } from '../load-texture.ts';
import { pcaTexture } from '../pca/texture-pca.ts';
import { describeDetail } from './describe-detail.ts';
import { loadHybrid } from './hybrid-file.ts';
import { hashNoise } from './noise-planes.ts';
import { projectHybrid } from './project-hybrid.ts';
import { scaleDetail } from './scale-detail.ts';

// `train_detail.py fixture` wrote it: random weights, two latents, and what PyTorch makes of them.
const bytes = new Uint8Array(readFileSync(new URL('tiny-hybrid.safetensors', import.meta.url)));
const file = readSafetensors(bytes);
const runtime = createRuntime(ort, { threads: 1 });
const model = loadHybrid(bytes, 'tiny-layout');
const latents = file.tensors['expected.latent'].data as Float32Array;
const LATENT = 4 + 3 + 2;

test('hybrid: the same textures as the training script, at each resolution', async () => {
  expect(model).toMatchObject({
    latentSize: LATENT,
    resolutions: [8, 16, 32, 64],
    topologyDigest: 'tiny-layout',
  });
  const latent = input('latent', [2, LATENT]);
  for (const resolution of [16, 32, 64]) {
    const { shape, data } = file.tensors[`expected.${resolution}`];
    const graph = await runtime.compile({ texture: model.synthesize(latent, { resolution }) });
    const { texture } = await graph.run({ latent: latents });
    await graph.dispose();
    const [count, channels, rows, columns] = shape;
    const scale = resolution / 8;
    // The window starts at row 1 and column 2 of the coarsest map.
    let most = 0;
    for (let plane = 0; plane < count * channels; plane++) {
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++) {
          const at = (plane * resolution + y + scale) * resolution + x + 2 * scale;
          most = Math.max(most, Math.abs(texture[at] - data[(plane * rows + y) * columns + x]));
        }
      }
    }
    expect(most).toBeLessThan(2e-5);
  }
});

test('hybrid: outside of the window, and at the coarsest resolution, it is the base', async () => {
  const latent = input('latent', [2, LATENT]);
  const linear = input('linear', [2, 4]);
  const graph = await runtime.compile({
    coarse: model.synthesize(latent, { resolution: 8 }),
    baseCoarse: model.base.synthesize(linear, { resolution: 8 }),
    fine: model.synthesize(latent),
    baseFine: model.base.synthesize(linear),
  });
  const own = Float32Array.from([...latents.subarray(0, 4), ...latents.subarray(LATENT, LATENT + 4)]);
  const { coarse, baseCoarse, fine, baseFine } = await graph.run({ latent: latents, linear: own });
  await graph.dispose();
  expect(coarse).toEqual(baseCoarse);
  const differs = fine.map((value, i) => value - baseFine[i]);
  for (let row = 0; row < 8; row++) {
    expect(differs.subarray(row * 64, (row + 1) * 64).every((value) => value === 0)).toBe(true);
  }
  expect(differs.some((value) => Math.abs(value) > 0.01)).toBe(true);
});

test('scaleDetail: a share of what stands on the base', async () => {
  const latent = input('latent', [2, LATENT]);
  const graph = await runtime.compile({
    none: scaleDetail(model, 0).synthesize(latent),
    half: scaleDetail(model, 0.5).synthesize(latent),
    whole: model.synthesize(latent),
  });
  const { none, half, whole } = await graph.run({ latent: latents });
  await graph.dispose();
  const off = (a: Float32Array, b: (i: number) => number) =>
    a.reduce((most, value, i) => Math.max(most, Math.abs(value - b(i))), 0);
  expect(off(half, (i) => (none[i] + whole[i]) / 2)).toBeLessThan(1e-5);
  const base = pcaTexture(model.base.pca, latents.subarray(0, 4), 64);
  expect(off(none.subarray(0, base.length), (i) => base[i])).toBeLessThan(1e-5);
  expect(off(whole, (i) => none[i])).toBeGreaterThan(0.1);
  expect(() => scaleDetail(model, -1)).toThrow('the share must be 0 or more, got -1');
});

test('shares: of the finest bands alone, in brightness; coarse maps are the base', async () => {
  const { tensors, metadata } = file;
  const kept = loadHybrid(
    writeSafetensors({ tensors, metadata: { ...metadata, shares: '[0.5, 1]' } }),
    'tiny-layout',
  );
  const latent = input('latent', [1, LATENT]);
  const names = { whole: model, kept, base: scaleDetail(model, 0) };
  const at = (resolution: number) =>
    runtime.compile(
      Object.fromEntries(
        Object.entries(names).map(([name, { synthesize }]) => [name, synthesize(latent, { resolution })]),
      ),
    );
  const [finest, coarse] = [await at(64), await at(16)];
  const fine = await finest.run({ latent: latents.slice(0, LATENT) });
  const low = await coarse.run({ latent: latents.slice(0, LATENT) });
  await Promise.all([finest.dispose(), coarse.dispose()]);
  expect(low['kept']).toEqual(low['base']);
  expect(low['whole']).not.toEqual(low['base']);
  const plane = 64 * 64;
  const detail = fine['kept'].map((value, i) => value - fine['base'][i]);
  const { detailColor } = model.base.pca;
  let [most, size, block] = [0, 0, 0];
  for (let i = 0; i < plane; i++) {
    size = Math.max(size, Math.abs(detail[i]));
    most = Math.max(most, Math.abs(detail[i] / detailColor[0] - detail[2 * plane + i] / detailColor[2]));
  }
  // Means of blocks of four texels are those of what was left out: hardly anything, up to the borders of bilinear enlargement.
  for (let row = 16; row < 40; row += 4) {
    for (let column = 20; column < 40; column += 4) {
      let sum = 0;
      for (let k = 0; k < 16; k++) sum += detail[(row + (k >> 2)) * 64 + column + (k & 3)];
      block = Math.max(block, Math.abs(sum / 16));
    }
  }
  expect(size).toBeGreaterThan(0.01);
  expect(most).toBeLessThan(1e-4);
  expect(block).toBeLessThan(0.35 * size);
  const wrong = (shares: string) => () =>
    loadHybrid(writeSafetensors({ tensors, metadata: { ...metadata, shares } }), 'tiny-layout');
  expect(wrong('[]')).toThrow('shares must be 1 to 3 numbers of 0 or more, got []');
  expect(wrong('[1, -1]')).toThrow('shares must be');
  expect(wrong('much')).toThrow('shares must be');
});

test('hybrid: gradients to the latent are those of finite differences', async () => {
  const latent = input('latent', [1, LATENT]);
  const random = randomStream(6, 'weights');
  const weights = constant(
    Float32Array.from({ length: 3 * 32 * 32 }, () => random.normal() / 100),
    [1, 3, 32, 32],
  );
  const loss = sum(mul(model.synthesize(latent, { resolution: 32 }), weights));
  const graph = await runtime.compile({ loss, slope: gradients(loss, [latent])[0] });
  const at = latents.slice(0, LATENT);
  const { slope } = await graph.run({ latent: at });
  for (let k = 0; k < LATENT; k++) {
    const moved = async (by: number) =>
      (await graph.run({ latent: at.map((value, i) => (i === k ? value + by : value)) })).loss[0];
    const rise = ((await moved(0.003)) - (await moved(-0.003))) / 0.006;
    expect(Math.abs(rise - slope[k])).toBeLessThan(3e-3 + 0.03 * Math.abs(rise));
  }
  await graph.dispose();
});

test('hashNoise: mean 0, deviation 1, nothing in common between neighbors or resolutions', () => {
  const noise = hashNoise(512, 50_000);
  const other = hashNoise(256, 50_000);
  const mean = (list: Float32Array) => list.reduce((total, x) => total + x, 0) / list.length;
  expect(mean(noise)).toBeCloseTo(0, 1);
  expect(mean(noise.map((x) => x * x))).toBeCloseTo(1, 1);
  expect(Math.abs(mean(noise.map((x, i) => x * noise[(i + 1) % noise.length])))).toBeLessThan(0.02);
  expect(Math.abs(mean(noise.map((x, i) => x * other[i])))).toBeLessThan(0.02);
});

test('loadTexture opens it; another UV layout, wrong latents and resolutions are refused', () => {
  expect(loadTexture(bytes, 'tiny-layout').model.latentSize).toBe(LATENT);
  expect(() => loadTexture(bytes, 'other-layout')).toThrow(
    'loadHybrid: the texture model must be made for UV layout other-layout, got tiny-layout. Train it on textures of this shape model.',
  );
  expect(() => model.synthesize(input('latent', [1, 4]))).toThrow(
    'synthesize: the latent must be [N, 9], got [1,4]. Take a latent of this model.',
  );
  expect(() => model.synthesize(input('latent', [1, LATENT]), { resolution: 128 })).toThrow(
    'texture: the resolution must be one of 8, 16, 32, 64, got 128. Choose one of these.',
  );
});

test('loadHybrid: files of another kind or with parts missing are refused with what to do', () => {
  const failure = (change: Partial<typeof file>) => {
    try {
      loadHybrid(writeSafetensors({ ...file, ...change }));
    } catch (error) {
      expect(error).toBeInstanceOf(GanfitError);
      return (error as GanfitError).message;
    }
    return 'nothing';
  };
  const { metadata, tensors } = file;
  expect(failure({ metadata: { ...metadata, format: 'ganfit-texture-hybrid-9' } })).toBe(
    "loadHybrid: the file's format must be ganfit-texture-hybrid-1, got ganfit-texture-hybrid-9. Use a file that belongs to this version.",
  );
  expect(failure({ metadata: { ...metadata, widths: '[6,5' } })).toContain('widths must be whole numbers');
  expect(failure({ metadata: { ...metadata, window: '[6,2,4,4]' } })).toContain('must fit each other');
  const { ['32.conv1.weight']: _, ...rest } = tensors;
  expect(failure({ tensors: rest })).toBe(
    'loadHybrid: "32.conv1.weight" must be [4,4,3,3], got nothing. Fetch the file again.',
  );
  const { ['told.scale']: __, ...unscaled } = tensors;
  expect(failure({ tensors: unscaled })).toContain('bytes with 4 scales');
  const { base } = tensors;
  const damaged = (base.data as Uint8Array).map((byte, i) => (i === base.data.length - 9 ? byte ^ 1 : byte));
  expect(failure({ tensors: { ...tensors, base: { ...base, data: damaged } } })).toContain('readPca');
});

test('describeDetail: the same numbers as the training script', () => {
  const numbers = (name: string) => file.tensors[`expected.${name}`].data as Float32Array;
  const { values, known } = describeDetail(numbers('residual'), numbers('seen'), [32, 32], 16);
  expect([...known]).toEqual([...numbers('counts')]);
  expect([...known]).toEqual([1, 1, 1, 0]);
  numbers('description').forEach((value, i) => {
    if (known[i % 4]) expect(values[i]).toBeCloseTo(value, 4);
  });
});

test('projectHybrid: detail like that which was described; the usual one where nothing was seen', () => {
  const random = randomStream(9, 'residual');
  const linear = Float32Array.of(0.5, -0.4, 0.3, 0.2);
  const skin = pcaTexture(model.base.pca, linear);
  const rough = (strength: number) => skin.map((value) => value + strength * random.normal());
  const confidence = new Float32Array(64 * 64).fill(1);
  const fit = (color: Float32Array, trust = confidence) =>
    projectHybrid(model, { size: 64, color, confidence: trust }, { prior: 1e-4 });
  const missOf = (latent: Float32Array, color: Float32Array) => {
    const residual = new Float32Array(3 * 32 * 32);
    const base = pcaTexture(model.base.pca, latent);
    for (let i = 0; i < residual.length; i++) {
      const at = Math.floor(i / 1024) * 4096 + (8 + Math.floor((i % 1024) / 32)) * 64 + 16 + (i % 32);
      residual[i] = color[at] - base[at];
    }
    const { values } = describeDetail(residual, new Float32Array(1024).fill(1), [32, 32], 16);
    return values.reduce((sum, value, i) => {
      let asked = 0;
      for (let k = 0; k < 4; k++) asked += latent[k] * model.told[k * 24 + i];
      for (let k = 0; k < 3; k++) asked += latent[4 + k] * model.spread[k * 24 + i];
      return sum + ((value - model.middle[i]) / model.scale[Math.floor(i / 4)] - asked) ** 2;
    }, 0);
  };
  const color = rough(0.1);
  const latent = fit(color);
  expect(latent).toHaveLength(LATENT);
  const best = missOf(latent, color);
  for (let k = 4; k < 7; k++) {
    for (const by of [-0.3, 0.3]) {
      expect(
        missOf(
          latent.map((value, i) => (i === k ? value + by : value)),
          color,
        ),
      ).toBeGreaterThan(best);
    }
  }
  expect([...latent.subarray(7)]).toEqual([0, 0]);
  const unseen = fit(
    color,
    confidence.map(() => 0.5),
  );
  expect([...unseen.subarray(4)]).toEqual([0, 0, 0, 0, 0]);
});
