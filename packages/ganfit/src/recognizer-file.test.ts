import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeModel } from '@ganfit/core/onnx';
import { constant, input, lower, matmul, mean } from '@ganfit/core/tensor';
import { afterAll, expect, test } from 'vitest';
import { readRecognizer } from './recognizer-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'ganfit-recognizer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A network that tells mean colors apart. */
function network(side: number): string {
  const crop = input('picture', [1, 3, side, side]);
  const known = constant(new Float32Array(12).fill(1), [3, 4]);
  const path = join(folder, `side-${side}.onnx`);
  writeFileSync(path, writeModel(lower({ person: matmul(mean(crop, [2, 3]), known) }, 'cpu')));
  return path;
}

test('a network of ArcFace’s form is taken as it is', async () => {
  const path = network(112);
  const found = await readRecognizer(path);
  expect(found).toMatchObject({ input: 'picture', output: 'person', dimensions: 4, taps: [] });
  expect(found.recipe).toEqual({ order: 'RGB', mean: 127.5, divisor: 127.5 });
  writeFileSync(`${path}.json`, '{ "order": "BGR", "divisor": 128 }');
  expect((await readRecognizer(path)).recipe).toEqual({ order: 'BGR', mean: 127.5, divisor: 128 });
  writeFileSync(`${path}.json`, '{ "colour": "BGR" }');
  await expect(readRecognizer(path)).rejects.toThrow('order, mean, divisor, taps alone, got "colour"');
});

test('another crop, and what is no network, is refused in one sentence', async () => {
  await expect(readRecognizer(network(64))).rejects.toThrow(
    'must take one [N, 3, 112, 112] and give [N, D], got picture [1,3,64,64], person [1,4]',
  );
  await expect(readRecognizer(join(folder, 'none.onnx'))).rejects.toThrow('must be a file that can be read');
});
