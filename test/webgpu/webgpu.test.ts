import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as ort from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRuntime } from '../../packages/core/src/runtime/index.ts';
import { EXAMPLES } from './graphs.ts';

type Results = Record<string, Record<string, number[]> & { error?: string }>;

/** Where Chromium keeps a Vulkan that computes on the processor, and the loader that finds it. */
const SWIFTSHADER = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome']
  .map((folder) => join(folder, 'vk_swiftshader_icd.json'))
  .find(existsSync);

/** The machine's own Vulkan when one is set, else Chromium's. */
function environment(): NodeJS.ProcessEnv {
  if (process.env['VK_ICD_FILENAMES'] || !SWIFTSHADER) return process.env;
  const folders = [process.env['LD_LIBRARY_PATH'], dirname(SWIFTSHADER)].filter(Boolean);
  return { ...process.env, VK_ICD_FILENAMES: SWIFTSHADER, LD_LIBRARY_PATH: folders.join(':') };
}

/** Without an adapter there is nothing to compare; anything else that fails is our fault. */
function missingAdapter(results: Results): string | undefined {
  return Object.values(results).find(({ error }) =>
    /adapter|not supported: webgpu|backend not found/i.test(error ?? ''),
  )?.error;
}

let results: Results = {};

beforeAll(async () => {
  const child = join(import.meta.dirname, 'child.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', child], {
    env: environment(),
    maxBuffer: 1 << 26,
  });
  results = JSON.parse(stdout);
});

describe('WebGPU agrees with the processor', () => {
  test.for(Object.entries(EXAMPLES))('%s', async ([name, { outputs, feeds, tolerance = 1e-5 }], context) => {
    const reason = missingAdapter(results);
    if (reason && process.env['GANFIT_REQUIRE_ALL'] !== '1') context.skip(`no WebGPU adapter: ${reason}`);
    expect(results[name].error).toBeUndefined();
    const graph = await createRuntime(ort).compile(outputs);
    for (const [output, expected] of Object.entries(await graph.run(feeds))) {
      const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(scale, `${name}.${output} must not be zero`).toBeGreaterThan(0);
      const error = expected.reduce((most, value, i) => {
        return Math.max(most, Math.abs(value - results[name][output][i]) / scale);
      }, 0);
      expect(error, `${name}.${output}`).toBeLessThan(tolerance);
    }
    await graph.dispose();
  });
});
