import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Reconstruction, reconstruct, renderPortrait } from '@ganfit/core/asset';
import { overridePreset, PRESETS } from '@ganfit/core/fit';
import { observe } from '@ganfit/core/networks';
import { afterAll, expect, test } from 'vitest';
import { PLAIN_GLB } from './glb/settings.ts';
import { loadKit } from './kit.ts';
import { astronaut, kitOrSkip } from './models/for-tests.ts';
import { headOfFace, readFace } from './read-face.ts';
import { resultFiles } from './result-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'ganfit-face-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('face.json of a head in the skin of the model makes the same pictures without the skin', async (context) => {
  await kitOrSkip(context);
  const kit = await loadKit({ offline: true });
  const [observation] = await observe(await astronaut(), kit.networks);
  const preset = overridePreset(PRESETS.fast, [
    'start.skin=1',
    'start.coarse=1',
    'start.fine=1',
    'detail=none',
    'skinSize=1024',
  ]);
  const steps = reconstruct([observation], kit, { preset });
  let step = await steps.next();
  while (!step.done) step = await steps.next();
  const result: Reconstruction = step.value;
  expect(Math.hypot(...(result.parameters.texture ?? []))).toBeGreaterThan(1);

  const files = await resultFiles('astronaut.png', observation, result, kit, {
    ...PLAIN_GLB,
    formats: [],
    preset: 'fast',
    seed: 0,
  });
  for (const [name, content] of Object.entries(files)) {
    if (name !== 'skin.png') writeFileSync(join(folder, name), content);
  }
  const stored = await readFace(folder);
  expect(farthest(result.textures['skin'].data, stored.textures['skin'].data)).toBeLessThanOrEqual(1);
  const [wanted, found] = [result.head, headOfFace(stored)].map((head) => {
    return renderPortrait(head, { size: 320 }).data;
  });
  expect(farthest(wanted, found)).toBeLessThanOrEqual(1);
}, 180_000);

function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
  return most;
}
