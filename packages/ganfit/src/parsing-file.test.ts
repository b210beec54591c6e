import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeModel } from '@ganfit/core/onnx';
import { concat, input, lower, neg, slice, sub } from '@ganfit/core/tensor';
import { afterAll, expect, test } from 'vitest';
import { readParser } from './parsing-file.ts';
import { nodeRuntime } from './runtime.ts';

const folder = mkdtempSync(join(tmpdir(), 'ganfit-parsing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const runtime = nodeRuntime({ threads: 1 });

/** A network of two classes and a third that never wins. */
function network(): string {
  const picture = input('picture', [1, 3, 32, 32]);
  const redder = sub(slice(picture, [0], [1], [1]), slice(picture, [2], [3], [1]));
  const path = join(folder, 'skin.onnx');
  writeFileSync(path, writeModel(lower({ scores: concat([neg(redder), redder, redder], 1) }, 'cpu')));
  return path;
}

test('the file beside a network says what its form does not', async () => {
  const path = network();
  await expect(readParser(path, runtime)).rejects.toThrow('say which of its 3 classes are skin of the face');
  writeFileSync(`${path}.json`, '{ "skin": [1, 2], "order": "BGR", "mean": [104, 117, 123], "divisor": 1 }');
  const { parser, digest } = await readParser(path, runtime);
  expect(parser).toMatchObject({ skin: [1, 2], order: 'BGR', mean: [104, 117, 123], divisor: [1, 1, 1] });
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  await parser.network.dispose();
});

test('what is no network and what is no note is refused in one sentence', async () => {
  const path = network();
  for (const [notes, got] of [
    ['{ "skins": [1] }', '"skins": \\[1\\]'],
    ['{ "skin": "all" }', '"skin": "all"'],
    ['{ "side": 0 }', '"side": 0'],
    ['[1]', '\\[1\\]'],
    ['{', 'got .*JSON'],
  ]) {
    writeFileSync(`${path}.json`, notes);
    await expect(readParser(path, runtime), notes).rejects.toThrow(new RegExp(`alone, .*${got}`));
  }
  writeFileSync(join(folder, 'text.onnx'), 'this is no network');
  await expect(readParser(join(folder, 'text.onnx'), runtime)).rejects.toThrow(
    /text\.onnx must be an ONNX or TensorFlow Lite network that runs, got: .*ONNX Runtime/,
  );
  await expect(readParser(join(folder, 'none.onnx'), runtime)).rejects.toThrow(
    'must be a file that can be read',
  );
});
