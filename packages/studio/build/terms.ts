import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import type { ModelSource } from '../../ganfit/src/models/sources.ts';

/** What a visitor may know about each network: who made it, under which terms, and what is doubtful. */
export function networkTerms(sources: readonly ModelSource[]): string {
  const blocks = sources.map((source) =>
    [
      `${source.name}: ${source.role}`,
      `  file     ${source.path} of npm package ${source.package}@${source.version}`,
      `  SHA-256  ${source.sha256}`,
      `  licence  ${source.license}`,
      `  origin   ${source.origin}`,
      `  doubt    ${source.doubt}`,
    ].join('\n'),
  );
  return `Networks that come with this page\n\n${blocks.join('\n\n')}\n`;
}

/**
 * Licence texts of every npm package that became part of the scripts.
 *
 * @param more Packages whose files are copied as they are.
 */
export async function softwareTerms(
  bundles: readonly Metafile[],
  repository: string,
  more: readonly string[],
): Promise<string> {
  const packages = new Set(more);
  for (const { inputs } of bundles) {
    for (const path of Object.keys(inputs)) {
      const name = path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1];
      if (name) packages.add(name);
    }
  }
  const texts: string[] = [];
  for (const name of [...packages].sort()) {
    const folder = join(repository, 'node_modules', name);
    const { version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      version: string;
      license?: string;
    };
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? (await readFile(join(folder, file), 'utf8')).trim() : '';
    texts.push(`${name} ${version} (${license ?? 'see below'})\n\n${text}`);
  }
  return `Software that this page is made of\n\n${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
