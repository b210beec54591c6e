import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../packages/ganfit/src/cli.ts';

const ROOT = resolve(import.meta.dirname, '..');
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');

/** What users read. */
const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'NOTICE.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** Fenced blocks of some languages. */
function blocks(text: string, languages: readonly string[]): string[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)]
    .filter(([, language]) => languages.includes(language))
    .map(([, , code]) => code);
}

/** Calls of the program in shell blocks and between backquotes: its words after `ganfit`. */
function calls(text: string): string[][] {
  const shell = blocks(text, ['sh']).flatMap((code) => code.replace(/\\\n/g, ' ').split('\n'));
  const prose = text.replace(/^```[\s\S]*?^```/gm, '');
  const inline = [...prose.matchAll(/`([^`]+)`/g)].map(([, code]) => code.replace(/\s+/g, ' '));
  return [...shell, ...inline]
    .flatMap((line) => line.replace(/#.*$/, '').split('&&'))
    .map((line) =>
      line
        .trim()
        .match(/^(?:npx )?ganfit (.+)$/)?.[1]
        .split(/\s+/),
    )
    .filter((words) => words !== undefined);
}

const helps = new Map<string, Promise<string>>();

/** What `ganfit … --help` prints. */
function helpOf(path: readonly string[]): Promise<string> {
  const key = path.join(' ');
  const known = helps.get(key);
  if (known) return known;
  const lines: string[] = [];
  const signal = new AbortController().signal;
  const io = { print: (line: string) => lines.push(line), note: (line: string) => lines.push(line), signal };
  const help = runCli([...path, '--help'], io).then(() => lines.join('\n'));
  helps.set(key, help);
  return help;
}

/** Sub-commands that a help text lists. */
function subcommands(help: string): string[] {
  const [, list = ''] = help.split(/^Commands:$/m);
  return [...list.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name]) => name);
}

test.each(DOCUMENTS)('every command and option in %s exists', async (name) => {
  const wrong: string[] = [];
  for (const words of calls(read(name))) {
    const path: string[] = [];
    let help = await helpOf(path);
    let rest = words;
    while (subcommands(help).length > 0) {
      const [word] = rest;
      // A sentence may name a group alone, or several of its commands: `evaluate scans | people`.
      if (word === undefined || !/^[a-z][\w-]*$/.test(word)) break;
      if (!subcommands(help).includes(word)) {
        wrong.push(`ganfit ${words.join(' ')}: no command ${word}`);
        break;
      }
      path.push(word);
      rest = rest.slice(1);
      help = await helpOf(path);
    }
    for (const option of rest.filter((word) => /^--?[a-z]/.test(word))) {
      const bare = option.split('=')[0];
      if (!new RegExp(`(^|[\\s,])${bare}(?![\\w-])`, 'm').test(help))
        wrong.push(`ganfit ${words.join(' ')}: ${bare}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('the options in the README are those of `ganfit fit`', async () => {
  const help = await helpOf(['fit']);
  const rows = read('README.md')
    .split('\n')
    .filter((line) => /^\| `-/.test(line));
  expect(rows.length).toBeGreaterThan(5);
  for (const row of rows) {
    for (const [option] of row.split('|')[1].matchAll(/--[a-z-]+/g)) expect(help, row).toContain(option);
  }
});

test('every npm script in the documents exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const wrong: string[] = [];
  for (const name of DOCUMENTS) {
    for (const [, script] of read(name).matchAll(/npm run ([\w:]+)/g)) {
      if (!scripts[script]) wrong.push(`${name}: ${script}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('every file of ours between backquotes exists', () => {
  const wrong: string[] = [];
  const core = 'packages/core/src';
  for (const name of DOCUMENTS) {
    // It makes up an operation that is to be added.
    if (name.endsWith('adding-an-op.md')) continue;
    for (const [, path] of read(name).matchAll(
      /`((?:[\w.-]+\/)+[\w.-]+\.(?:ts|json|md|py|safetensors|png))`/g,
    )) {
      const places = [path, join(core, path), join('packages', path), join('packages/ganfit/src', path)];
      const isResult = /^(ganfit-out|site|studio|runtime|node_modules|DIR)\//.test(path);
      if (!isResult && !places.some((place) => existsSync(join(ROOT, place)))) wrong.push(`${name}: ${path}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('guides show the examples as they are', () => {
  const guides = DOCUMENTS.flatMap((name) => blocks(read(name), ['ts']));
  for (const name of readdirSync(join(ROOT, 'examples')).filter((file) => file.endsWith('.ts'))) {
    expect(guides, name).toContain(read(join('examples', name)));
  }
});
