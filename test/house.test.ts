import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const CORE = join(ROOT, 'packages/core/src');

/** The rooms in one line: a room imports itself and the rooms before it. */
// biome-ignore format: one line reads as one line
const ROOMS = [
  'error', 'random', 'linalg', 'image', 'mesh', 'onnx', 'tensor', 'runtime', 'nn', 'shape',
  'render', 'texture', 'networks', 'fit', 'asset', 'formats', 'evaluate', 'index',
];

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

function imports(text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((match) => match[1]);
}

function roomOf(file: string): string {
  return relative(CORE, file).split(sep)[0].replace(/\.ts$/, '');
}

const library = sources(CORE);

test('every room stands in the line', () => {
  for (const file of library) expect(ROOMS, file).toContain(roomOf(file));
});

test('a room imports only itself and rooms before it', () => {
  const wrong: string[] = [];
  for (const file of library) {
    for (const target of imports(readFileSync(file, 'utf8'))) {
      if (!target.startsWith('.')) continue;
      const path = resolve(dirname(file), target);
      if (!path.startsWith(CORE)) {
        if (!file.endsWith('.test.ts')) wrong.push(`${relative(ROOT, file)} leaves the library: ${target}`);
        continue;
      }
      if (ROOMS.indexOf(roomOf(path)) > ROOMS.indexOf(roomOf(file))) {
        wrong.push(`${relative(ROOT, file)} imports the later room ${roomOf(path)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('the library knows no platform: no node:, no three, no concrete runtime, no DOM', () => {
  const wrong: string[] = [];
  for (const file of library) {
    if (file.endsWith('.test.ts')) continue;
    const text = readFileSync(file, 'utf8');
    for (const target of imports(text)) {
      if (/^node:|^three($|[/-])|^onnxruntime-(node|web)|^sharp$|^(fs|path|os|crypto)$/.test(target)) {
        wrong.push(`${relative(ROOT, file)} imports ${target}`);
      }
    }
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    // The compiler knows no DOM here (tsconfig: lib), but it does know Node's globals.
    const platform = code.match(/\b(navigator|process|Buffer|__dirname)\s*[.[(]/);
    if (platform) wrong.push(`${relative(ROOT, file)} uses ${platform[0]}`);
  }
  expect(wrong).toEqual([]);
});

test('nothing refers to folders outside the repository', () => {
  const wrong: string[] = [];
  const files = [
    ...sources(join(ROOT, 'packages')),
    ...sources(join(ROOT, 'bench')),
    ...sources(join(ROOT, 'test')),
  ];
  for (const file of files) {
    if (file.includes(`${sep}node_modules${sep}`) || file === import.meta.filename) continue;
    if (/\.\.\/shared\b|\/work\//.test(readFileSync(file, 'utf8'))) wrong.push(relative(ROOT, file));
  }
  expect(wrong).toEqual([]);
});

test('files say what they are: no drawer names, no escape hatches', () => {
  const wrong: string[] = [];
  for (const file of [...library, ...sources(join(ROOT, 'packages/ganfit'))]) {
    if (/(^|[/-])(utils?|helpers?|common|misc|manager)(\.|\/|-)/.test(relative(ROOT, file)))
      wrong.push(`${file}: name`);
    const text = readFileSync(file, 'utf8');
    for (const word of ['@ts-ignore', 'FIXME', 'TODO'])
      if (text.includes(word)) wrong.push(`${file}: ${word}`);
  }
  expect(wrong).toEqual([]);
});

test('every operation has its test beside it', () => {
  const ops = sources(join(CORE, 'tensor/ops')).filter(
    (file) => !file.endsWith('.test.ts') && !file.endsWith('index.ts'),
  );
  const missing = ops.filter((file) => !library.includes(file.replace(/\.ts$/, '.test.ts')));
  expect(missing.map((file) => relative(ROOT, file))).toEqual([]);
});

test('relative links in the documents lead somewhere', () => {
  const wrong: string[] = [];
  const documents = [
    'README.md',
    'ARCHITECTURE.md',
    'CHANGELOG.md',
    ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join('docs', name)),
  ];
  for (const name of documents) {
    let text: string;
    try {
      text = readFileSync(join(ROOT, name), 'utf8');
    } catch {
      wrong.push(`${name} is missing`);
      continue;
    }
    for (const [, link] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      try {
        readdirSync(dirname(resolve(ROOT, dirname(name), link))).includes(link.split('/').pop() ?? '') ||
          wrong.push(`${name}: ${link}`);
      } catch {
        wrong.push(`${name}: ${link}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});
