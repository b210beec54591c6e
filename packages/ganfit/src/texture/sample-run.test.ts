import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { input } from '@ganfit/core/tensor';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kitOrSkip } from '../models/for-tests.ts';
import { nodeRuntime } from '../runtime.ts';
import { readShape } from '../shape-file.ts';
import { readTexture } from '../texture-file.ts';
import { runSamples, type SampleRun, sampleLatent } from './sample-run.ts';
import type { SampleScore } from './sample-score.ts';
import { LOOK_RESOLUTION, pictureOf } from './texture-look.ts';
import { readDataset } from './weighted-textures.ts';

const { model: shape } = await readShape();
const { model } = await readTexture(shape.topologyDigest);
const runtime = nodeRuntime({ threads: 1 });
let folder: string;

/** A data set of textures that the model itself made: the last one held out, the first one sample 1 of seed 5. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganfit-samples-'));
  await mkdir(join(folder, 'data', 'textures'), { recursive: true });
  const { topologyDigest } = shape;
  const graph = await runtime.compile({
    texture: model.synthesize(input('latent', [1, model.latentSize]), { resolution: LOOK_RESOLUTION }),
  });
  const lines: string[] = [];
  for (let n = 0; n < 5; n++) {
    const latent = sampleLatent({ model, seed: n === 0 ? 5 : 6, spread: 1 }, n === 0 ? 1 : n);
    const { data, width, height } = pictureOf((await graph.run({ latent })).texture, LOOK_RESOLUTION);
    const texture = `textures/p-${n}.png`;
    await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(join(folder, 'data', texture));
    const confidence = texture;
    const known = { id: `p/${n}`, source: `${n}`, accepted: true, heldOut: n === 4, quality: {} };
    lines.push(JSON.stringify({ ...known, texture, confidence, topologyDigest }));
  }
  await graph.dispose();
  await writeFile(join(folder, 'data', 'dataset.json'), JSON.stringify({ version: 1, topologyDigest }));
  await writeFile(join(folder, 'data', 'index.jsonl'), lines.join('\n'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function options(
  kit: SampleRun['kit'],
  name: string,
  changes: Partial<SampleRun> = {},
): Promise<SampleRun> {
  return {
    folder: join(folder, name),
    model,
    digest: 'the shipped one',
    dataset: await readDataset(join(folder, 'data'), shape.topologyDigest),
    shape,
    kit,
    runtime,
    count: 3,
    compared: 2,
    seed: 5,
    spread: 1,
    signal: new AbortController().signal,
    onStep: () => {},
    warn: () => {},
    ...changes,
  };
}

const scoresOf = async (name: string) =>
  (await readFile(join(folder, name, 'samples.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as SampleScore);

test('random people are scored, and one that was trained on is found', async (context) => {
  const kit = await kitOrSkip(context);
  const markdown = await runSamples(await options(kit, 'whole'));
  const scores = await scoresOf('whole');
  expect(scores.map(({ n }) => n)).toEqual([0, 1, 2]);
  for (const { detector, landmarks, distance } of scores) {
    expect(detector).toBeGreaterThan(0.9);
    expect(landmarks).toBeLessThan(0.08);
    expect(distance).toBeGreaterThan(0);
  }
  const [other, same, later] = scores.map(({ nearest }) => nearest);
  // Only rounding to bytes is between them.
  expect(same?.detail).toMatchObject({ id: 'p/0' });
  expect(same?.detail.value).toBeGreaterThan(0.98);
  expect(same?.tone.value).toBeLessThan(1);
  expect(same?.identity.value).toBeGreaterThan(0.99);
  expect(other?.detail.value).toBeLessThan(0.9);
  expect(later).toBeUndefined();
  expect(markdown).toMatch(
    /no face found on the render +\| +- +\| 0 of 5 +\| 0 of 3 +\| 0\.00 % \(0\.00 % to/,
  );
  expect(markdown).toContain('2 samples, 1 held-out maps');
  for (const name of ['worst', 'random', 'pairs-detail', 'pairs-identity']) {
    expect((await sharp(join(folder, 'whole', 'sheets', `${name}.jpg`)).metadata()).width).toBeGreaterThan(
      300,
    );
  }
}, 180_000);

test('a run that was stopped goes on to the same scores; another model’s folder is refused', async (context) => {
  const kit = await kitOrSkip(context);
  const stop = new AbortController();
  const onStep = (label: string): void => {
    if (label === 'samples') stop.abort();
  };
  const first = await options(kit, 'stopped', { signal: stop.signal, onStep });
  await expect(runSamples(first)).rejects.toMatchObject({ code: 'cancelled' });
  const path = join(folder, 'stopped', 'samples.jsonl');
  const begun = await readFile(path, 'utf8');
  expect(begun.trim().split('\n')).toHaveLength(1);
  await writeFile(path, `${begun}{"n":1,"detec`);
  await runSamples(await options(kit, 'stopped'));
  expect(await scoresOf('stopped')).toEqual(await scoresOf('whole'));
  await expect(runSamples(await options(kit, 'stopped', { digest: 'another' }))).rejects.toThrow(
    /must be of model another, got the shipped one. Take another folder./,
  );
}, 180_000);

test('a broken map is left out with a reason; without any the run ends with what to do', async (context) => {
  const kit = await kitOrSkip(context);
  const dataset = await readDataset(join(folder, 'data'), shape.topologyDigest);
  const [first] = dataset.entries;
  const broken = { ...first, id: 'p/broken', texture: 'textures/none.png' };
  const warnings: string[] = [];
  const warn = (line: string): void => void warnings.push(line);
  const entries = [...dataset.entries.slice(1, 4), broken];
  await runSamples(
    await options(kit, 'gaps', { dataset: { ...dataset, entries }, warn, count: 1, compared: 0 }),
  );
  expect(warnings).toEqual([expect.stringMatching(/none\.png must be a picture .* It is left out\.$/)]);
  const empty = await options(kit, 'empty', { dataset: { ...dataset, entries: [broken] }, warn });
  await expect(runSamples(empty)).rejects.toThrow(
    /must hold textures that were trained on, got none. Make them/,
  );
}, 180_000);

test('people far beyond the usual fail, and the table tells why', async (context) => {
  const kit = await kitOrSkip(context);
  const markdown = await runSamples(await options(kit, 'wild', { spread: 5, compared: 0 }));
  expect(markdown).toMatch(/colors out of range, share of the face +\| +0.020 \| 0 of 5 +\| [123] of 3/);
}, 180_000);
