import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildStudio } from './build.ts';

const { values } = parseArgs({
  options: {
    output: { type: 'string', short: 'o', default: 'packages/studio/dist' },
    offline: { type: 'boolean', default: false },
  },
});
const output = resolve(values.output);
const { sizes } = await buildStudio({ output, offline: values.offline });
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1).padStart(6)} MB`;
const groups: Record<string, number> = {};
for (const [path, bytes] of Object.entries(sizes)) {
  const group = path.includes('/') ? `${path.split('/')[0]}/` : 'page and scripts';
  groups[group] = (groups[group] ?? 0) + bytes;
}
for (const [group, bytes] of Object.entries(groups)) process.stdout.write(`${megabytes(bytes)}  ${group}\n`);
process.stdout.write(`${output} can be copied to any web server.\n`);
