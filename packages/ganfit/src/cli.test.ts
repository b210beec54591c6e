import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runCli } from './cli.ts';
import { VERSION } from './version.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ganfit-cli-'));
});
afterEach(() => rmSync(root, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(...argv: string[]): Promise<Outcome> {
  const [out, err]: [string[], string[]] = [[], []];
  const io = {
    print: (line: string) => out.push(line),
    note: (line: string) => err.push(line),
    signal: new AbortController().signal,
  };
  return { code: await runCli(argv, io), out: out.join('\n'), err: err.join('\n') };
}

const output = (): string => join(root, 'out');

test('version and help', async () => {
  expect(await run('--version')).toEqual({ code: 0, out: VERSION, err: '' });
  const help = await run('fit', '--help');
  expect(help.code).toBe(0);
  for (const option of [
    '--output',
    '--face',
    '--preset',
    '--seed',
    '--format',
    '--expression',
    '--offline',
  ]) {
    expect(help.out).toContain(option);
  }
});

test('without a command the help is shown, and that is a mistake', async () => {
  const { code, err } = await run();
  expect(code).toBe(2);
  expect(err).toContain('Usage: ganfit');
});

test.each([
  [['fit', 'a.jpg', '--formt', 'glb'], "ganfit: unknown option '--formt'\n(Did you mean --format?)"],
  [
    ['fit', 'a.jpg', '--format', 'glb,usd'],
    "ganfit: option '--format <list>' argument 'glb,usd' is invalid. It must be some of glb,obj,ply,usdz, separated by commas.",
  ],
  [
    ['fit', 'a.jpg', '--seed', '-1'],
    "ganfit: option '--seed <number>' argument '-1' is invalid. It must be a whole number from 0.",
  ],
  [
    ['fit', 'a.jpg', '--face', 'left'],
    "ganfit: option '--face <number>' argument 'left' is invalid. It must be a whole number from 0.",
  ],
  [
    ['fit', 'a.jpg', '--expression', 'happy'],
    "ganfit: option '--expression <which>' argument 'happy' is invalid. Allowed choices are neutral, photo.",
  ],
  [['fit'], "ganfit: missing required argument 'photo'"],
  [['fix'], "ganfit: unknown command 'fix'\n(Did you mean fit?)"],
])('%j is refused in one sentence', async (argv, sentence) => {
  expect(await run(...argv)).toEqual({ code: 2, out: '', err: sentence });
});

test('an unknown preset is refused, naming those that exist', async () => {
  const { code, err } = await run('fit', 'a.jpg', '--preset', 'fastest');
  expect(code).toBe(2);
  expect(err).toContain(
    "ganfit: option '--preset <name>' argument 'fastest' is invalid. Allowed choices are ",
  );
});

test('photos that cannot be read: one sentence each, exit code 2, no folder left', async () => {
  const text = join(root, 'text.jpg');
  writeFileSync(text, 'not a picture');
  const missing = join(root, 'missing.jpg');
  const outcome = await run('fit', missing, text, root, '-o', output());
  expect(outcome.code).toBe(2);
  expect(outcome.out).toMatch(/^0 of 3 photos in \d+\.\d s, from start to end$/);
  expect(outcome.err.split('\n')).toEqual([
    `photo: ${missing} must be a file that can be read, got no such file.`,
    `photo: ${text} must be a picture, got a file of another kind. Give a JPEG, PNG, WebP, TIFF, AVIF or GIF.`,
    `photo: ${root} must be a file that can be read, got a folder.`,
  ]);
  expect(existsSync(output())).toBe(false);
});

test('a folder that cannot be written is refused before any work', async () => {
  writeFileSync(output(), '');
  expect(await run('fit', 'a.jpg', '-o', output())).toEqual({
    code: 2,
    out: '',
    err: `output: ${output()} must be a folder that can be written, got a file. Choose another one with -o.`,
  });
});

test('a shape model that is none is refused, and nothing is left', async () => {
  const shape = join(root, 'shape.safetensors');
  const photo = join(import.meta.dirname, '../../../examples/astronaut.png');
  const outcome = await run('fit', photo, '-o', output(), '--shape', shape);
  expect(outcome).toEqual({
    code: 2,
    out: '',
    err: `shape: ${shape} must be a file that can be read. Check the path.`,
  });
  expect(readdirSync(root)).toEqual([]);
});

test('offline with an empty cache is refused politely, and nothing is left', async () => {
  const cache = join(root, 'cache');
  vi.stubEnv('GANFIT_CACHE', cache);
  const photo = join(import.meta.dirname, '../../../examples/astronaut.png');
  const outcome = await run('fit', photo, '-o', output(), '--offline').finally(() => vi.unstubAllEnvs());
  expect(outcome).toEqual({
    code: 2,
    out: '',
    err:
      `models: face-detector must be in the cache to work offline, got nothing in ${cache}. ` +
      'Run "ganfit models pull" once with a network.',
  });
  expect(readdirSync(root)).toEqual([]);
});

test('the installed command runs its sources and hands its exit code to the shell', async () => {
  const bin = join(import.meta.dirname, '../bin/ganfit.js');
  const missing = join(root, 'missing.jpg');
  const outcome = await new Promise<Outcome>((done) => {
    execFile(process.execPath, [bin, 'fit', missing, '-o', output()], (error, out, err) =>
      done({ code: Number(error?.code ?? 0), out, err }),
    );
  });
  expect(outcome).toEqual({
    code: 2,
    out: '',
    err: `photo: ${missing} must be a file that can be read, got no such file.\n`,
  });
});
